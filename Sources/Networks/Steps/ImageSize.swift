/// The size of the images that a network takes, in pixels.
public struct ImageSize: Sendable, Hashable, CustomStringConvertible {
  public let width: Int
  public let height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  public var pixels: Int { width * height }
  public var description: String { "\(width)×\(height)" }

  /// What a side may be, in steps of 4: the networks halve it twice.
  public static let sides = 32...4096

  /// Whether both sides are such.
  public var isPossible: Bool { [width, height].allSatisfy { Self.sides.contains($0) && $0 % 4 == 0 } }
}

/// Why a network takes no images of a size.
public enum ImageSizeError: Error, Equatable, CustomStringConvertible {
  /// Its weights are made for another one.
  case bound(to: ImageSize)
  case impossible(ImageSize)
  /// What judges the images that it draws takes those of one size.
  case judged(at: ImageSize)
  /// There are so many bytes for sizes that no model was loaded for.
  case tooLarge(ImageSize, bytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .bound(let size): "the network is bound to images of \(size) pixels, by the number of its weights"
    case .judged(let size): "the discriminators judge images of \(size) pixels, and of no other size"
    case .impossible(let size): "there is no plan for images of \(size) pixels"
    case .tooLarge(let size, let bytes, let limit):
      "images of \(size) pixels take \(bytes.mebibytes) MiB of the network's memory, and there are "
        + "\(limit >> 20) for sizes other than the models' own"
    }
  }
}

extension Int {
  /// Bytes as whole MiB, rounded up.
  fileprivate var mebibytes: Int { (self + 1 << 20 - 1) >> 20 }
}

extension Network {
  public var size: ImageSize { ImageSize(width: imageWidth, height: imageHeight) }

  /// The same network for images of another size.
  /// - Throws: `ImageSizeError` where its weights are made for one size, or there is no plan for the other.
  public func resized(to size: ImageSize) throws(ImageSizeError) -> Network {
    guard size != self.size else { return self }
    guard !steps.contains(.pool(.everything)) else { throw .bound(to: self.size) }
    guard size.isPossible else { throw .impossible(size) }
    let resized = Network(title: title, imageHeight: size.height, imageWidth: size.width, steps: steps)
    // The kernels address a layer's activations with 32-bit offsets.
    guard resized.shapes.allSatisfy({ $0.channels * $0.pixels < 1 << 30 }) else { throw .impossible(size) }
    return resized
  }
}
