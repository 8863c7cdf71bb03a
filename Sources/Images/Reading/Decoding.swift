extension RGBImage {
  /// Decodes a PNG, JPEG or WebP, whichever the bytes are, at its own size.
  ///
  /// The samples are those that Pillow gives: gamma and colour profiles are ignored, 16 bit samples keep their
  /// high byte (as Pillow does it for RGB; its gray 16 bit pictures saturate instead), CMYK becomes RGB without
  /// a profile.  Transparency is flattened on white, and the picture is turned as its EXIF orientation says.  Of
  /// an animation the first frame is taken.
  ///
  /// A picture is taken when all of its rows are there and nothing contradicts them, whatever is wrong with what
  /// surrounds them: checksums of chunks that are not used, a missing end, what telephones append.  One that lacks rows
  /// is refused rather than filled up with gray.
  /// - Throws: `notAnImage`, `damaged`, `tooLarge` or `unsupported`.
  public init(decoding file: [UInt8], limits: DecodingLimits = DecodingLimits()) throws(ImageError) {
    let header = try PictureHeader(of: file, limits: limits)
    let line = 3 * header.width
    var pixels: [UInt8] = []
    pixels.reserveCapacity(line * header.height)
    try header.read(file, .init(maxScannedPixels: limits.maxScannedPixels)) { row in
      pixels.append(contentsOf: UnsafeBufferPointer(start: row, count: line))
    }
    self = RGBImage(width: header.width, height: header.height, pixels: pixels).turned(header.orientation)
  }
}
