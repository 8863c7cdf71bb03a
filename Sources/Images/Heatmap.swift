/// Where the generator looked: the class activation map of its bottleneck (U-GAT-IT, section 3.1).
public struct Heatmap: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// height x width, top row first, in whatever range the network gave.
  public let values: [Float]

  /// - Precondition: both sides are positive and `values` has `width * height` elements.
  public init(width: Int, height: Int, values: [Float]) {
    precondition(width > 0 && height > 0, "a heatmap has at least one value")
    precondition(values.count == width * height, "a heatmap has a value for each pixel")
    self.width = width
    self.height = height
    self.values = values
  }

  /// The values as the public U-GAT-IT code shows them: the least becomes 0, the greatest 255, the fraction is
  /// dropped.  A constant map is 0 everywhere (the public code divides by zero), and so is what is not finite.
  func levels() -> [UInt8] {
    let finite = values.lazy.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else {
      return [UInt8](repeating: 0, count: values.count)
    }
    // In halves, so that the range of any two finite values is finite.
    let range = greatest / 2 - least / 2
    return values.map { value in
      let share = (value / 2 - least / 2) / range
      return share.isFinite ? UInt8(share * 255) : 0
    }
  }
}
