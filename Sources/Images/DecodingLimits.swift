/// What a picture's header may announce; checked before there is memory for a single pixel.
///
/// Decoding needs 3 bytes a pixel, and for a progressive JPEG up to 6 more (8 for CMYK).  A JPEG may have 64 scans,
/// each of which costs a pass over its pixels: one at these limits can take seconds.
public struct DecodingLimits: Sendable, Equatable {
  /// Pixels on the longer side.
  public var maxSide: Int
  /// Pixels in all.
  public var maxPixels: Int

  public init(maxSide: Int = 8192, maxPixels: Int = 40_000_000) {
    self.maxSide = maxSide
    self.maxPixels = maxPixels
  }

  /// - Throws: `tooLarge`.
  func check(width: Int, height: Int) throws(ImageError) {
    // Sides come from 32 bit fields below 2^31, so neither product overflows.
    guard max(width, height) > maxSide || width * height > maxPixels else { return }
    throw ImageError(
      .tooLarge,
      "the image is \(width) x \(height) pixels; at most \(maxSide) on a side and \(maxPixels) in all are "
        + "taken: make it smaller")
  }
}
