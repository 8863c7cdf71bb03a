/// What a picture may cost; checked against its header before there is memory for a single pixel.
///
/// Work grows with the pixels of the file, memory only with what has to be whole: an interlaced PNG and a WebP (3 bytes a
/// pixel, lossless ones 7, a byte more with transparency, lossy ones three), and the coefficients of a JPEG of several
/// scans (progressive: 3 bytes a pixel if its colour is at half the resolution, 6 if not, 8 for CMYK).  A JPEG may have 64
/// scans.
public struct DecodingLimits: Sendable, Equatable {
  /// Pixels on the longer side.
  public var maxSide: Int
  /// Pixels in all of a JPEG, which its decoder makes smaller.  A format whose every pixel is decoded may have a third.
  public var maxPixels: Int

  public init(maxSide: Int = 16_384, maxPixels: Int = 120_000_000) {
    self.maxSide = maxSide
    self.maxPixels = maxPixels
  }

  /// Pixels of a picture that its decoder cannot make smaller.
  var maxUnreducedPixels: Int { maxPixels / 3 }
  /// Bytes of what has to be whole: 4 for each of these pixels, and 8 MiB, so that a progressive JPEG of 27 megapixels
  /// with all of its colour is taken by default.
  var maxWholeBytes: Int { 4 * min(maxUnreducedPixels, Int.max / 8) + 8 << 20 }
  /// Pixels times scans of a JPEG: ten scans, libjpeg's own script for colour.
  var maxScannedPixels: Int { 10 * min(maxUnreducedPixels, Int.max / 16) }

  /// - Throws: `tooLarge`, with the option that says so.
  func check(_ format: ImageFormat, width: Int, height: Int, wholeBytes: Int) throws(ImageError) {
    guard max(width, height) <= maxSide else {
      throw ImageError(
        .tooLarge,
        "the image is \(width) x \(height) pixels; at most \(maxSide) on a side are taken (--max-side): "
          + "make it smaller")
    }
    let most = format == .jpeg ? maxPixels : maxUnreducedPixels
    // Sides come from 32 bit fields below 2^31, so that the product does not overflow.
    guard width * height <= most else {
      throw ImageError(
        .tooLarge,
        "the image is \(width) x \(height) pixels; of a \(format.name) at most \(most) are taken "
          + "(--max-megapixels\(format == .jpeg ? "" : ", of which a \(format.name) has a third")): "
          + "make it smaller")
    }
    guard wholeBytes <= maxWholeBytes else {
      let cure =
        switch format {
        case .jpeg: "save it as a baseline JPEG, not progressive, or "
        case .png: "save it without interlacing, or "
        case .webp: "save it as a JPEG, or "
        }
      throw ImageError(
        .tooLarge,
        "the image is \(width) x \(height) pixels and takes \(wholeBytes >> 20) MB before its first row is there; at "
          + "most \(maxWholeBytes >> 20) MB are taken (--max-megapixels): \(cure)make it smaller")
    }
  }
}
