/// A picture of 8 bit samples: interleaved RGB, top row first, rows without padding.
public struct RGBImage: Sendable, Equatable {
  /// Columns, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// `3 * width * height` samples; the pixel in column x of row y starts at `3 * (y * width + x)`.
  public let pixels: [UInt8]

  /// - Precondition: both sides are positive and `pixels` has `3 * width * height` elements.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(pixels.count == 3 * width * height, "an RGB image has three samples for each pixel")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
