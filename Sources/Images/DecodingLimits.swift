import CCodecs

/// What a picture may cost; checked against its header before there is memory for a single pixel.
///
/// Decoding holds at most `3 * maxPixels` bytes, a full picture, and 32 MB more.  A progressive JPEG needs 2 to 8 bytes a
/// pixel beside its pixels, so the largest of them are refused: at the default limits those above 24 megapixels if
/// their colour is at half the resolution (4:2:0), above 16 if not (4:4:4).  A JPEG may have 64 scans, and no more pixels
/// times scans than ten scans, libjpeg's own script for colour, of the largest picture.
public struct DecodingLimits: Sendable, Equatable {
  /// Pixels on the longer side.
  public var maxSide: Int
  /// Pixels in all.
  public var maxPixels: Int

  public init(maxSide: Int = 8192, maxPixels: Int = 40_000_000) {
    self.maxSide = maxSide
    self.maxPixels = maxPixels
  }

  /// Scans that a JPEG of `maxPixels` may have.
  private static let scans = 10
  /// Bytes beyond `3 * maxPixels`, less what rows and tables take of the 32 MB.
  private static let surplus = 28 << 20

  /// What decoding a JPEG of that size, which has been checked, may take.
  func jpeg(width: Int, height: Int) -> codecs_jpeg_limits {
    // So large that it is no limit, and small enough to multiply.
    let maxPixels = min(maxPixels, Int.max / 16)
    return codecs_jpeg_limits(
      memory: 3 * (maxPixels - width * height) + Self.surplus, scanned_pixels: UInt64(Self.scans * maxPixels))
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
