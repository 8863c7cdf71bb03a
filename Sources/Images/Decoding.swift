import CCodecs

extension RGBImage {
  /// Decodes a PNG or JPEG, whichever the bytes are.
  ///
  /// The samples are those that Pillow gives: gamma and colour profiles are ignored, 16 bit samples keep their
  /// high byte (as Pillow does it for RGB; its gray 16 bit pictures saturate instead), CMYK becomes RGB without
  /// a profile.  Transparency is flattened on white, and the picture is turned as its EXIF orientation says.  Of
  /// an animated PNG the first frame is taken.
  ///
  /// A picture is taken when all of its rows are there and nothing contradicts them, whatever is wrong with what
  /// surrounds them: checksums of chunks that are not used, a missing end, what telephones append.  One that lacks rows
  /// is refused rather than filled up with gray.
  /// - Throws: `notAnImage`, `damaged`, `tooLarge` or `unsupported`.
  public init(decoding bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) throws(ImageError) {
    let format = try FileKind(bytes).format()
    let size = try readSize(bytes, format)
    try limits.check(width: Int(size.width), height: Int(size.height))
    let orientation = Orientation(of: bytes, format: format)
    let turn = CInt(orientation.rawValue)

    var result = codecs_result()
    let (width, height) = (Int(size.width), Int(size.height))
    let sampleCount = 3 * width * height
    let pixels = [UInt8](unsafeUninitializedCapacity: sampleCount) { buffer, count in
      // Unsafe because C fills the array in place; `codecs_ok` means that every byte of it was written.
      guard let start = buffer.baseAddress else { return }
      result =
        switch format {
        case .png: codecs_png_decode(bytes, bytes.count, size, turn, start)
        case .jpeg:
          codecs_jpeg_decode(bytes, bytes.count, size, turn, limits.jpeg(width: width, height: height), start)
        }
      count = result.status == .ok ? sampleCount : 0
    }
    try result.check(format)
    self.init(
      width: orientation.swapsSides ? height : width, height: orientation.swapsSides ? width : height,
      pixels: pixels)
  }
}

/// The size that the header announces.
func readSize(_ bytes: [UInt8], _ format: ImageFormat) throws(ImageError) -> codecs_size {
  var size = codecs_size()
  let result =
    switch format {
    case .png: codecs_png_read_size(bytes, bytes.count, &size)
    case .jpeg: codecs_jpeg_read_size(bytes, bytes.count, &size)
    }
  try result.check(format)
  return size
}

extension codecs_result {
  /// - Throws: what went wrong, if anything did.
  fileprivate func check(_ format: ImageFormat) throws(ImageError) {
    let name = format.name
    switch status {
    case .ok: return
    case .damaged:
      throw ImageError(.damaged, "the \(name) is damaged (\(text)): save or download it again")
    case .too_large:
      throw ImageError(.tooLarge, "the \(name) is too large (\(text)): make it smaller")
    case .unsupported:
      throw ImageError(
        .unsupported, "this variant of \(name) is not read (\(text)): save it as an ordinary 8 bit \(name)")
    }
  }

  var text: String {
    // Unsafe because C's fixed array comes in as a tuple; the last of its bytes is always 0.
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
