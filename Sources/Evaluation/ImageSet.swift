/// Images of one size as networks take them.
public struct ImageSet: Sendable {
  public let height: Int
  public let width: Int
  /// Each `[3][height][width]`, values in −1…1.
  public let images: [[Float]]

  public init(height: Int, width: Int, images: [[Float]]) {
    precondition(images.allSatisfy { $0.count == 3 * height * width })
    self.height = height
    self.width = width
    self.images = images
  }

  public var count: Int { images.count }

  /// Some of them.
  public subscript(_ indices: some Sequence<Int>) -> ImageSet {
    ImageSet(height: height, width: width, images: indices.map { images[$0] })
  }

  /// Two halves, at random, the same each time.
  /// - Precondition: there are two images.
  public func halves(seed: UInt32 = 0) -> (ImageSet, ImageSet) {
    var random = TorchRandom(seed: seed)
    let order = random.permutation(count)
    return (self[order[..<(count / 2)]], self[order[(count / 2)...]])
  }

  /// The mean difference of colour values from another set's, image by image.
  /// - Precondition: both have as many images of the same size.
  public func difference(from other: ImageSet) -> [Double] {
    zip(images, other.images).map { one, other in
      zip(one, other).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) } / Double(one.count)
    }
  }
}
