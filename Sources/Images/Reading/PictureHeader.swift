import CCodecs

/// What a picture's file says of it before its pixels.
struct PictureHeader {
  /// What a pixel is made of.
  enum Colours {
    case gray, rgb, cmyk
  }

  let format: ImageFormat
  /// Pixels as they are stored, before any orientation.
  let size: codecs_size
  let colours: Colours
  /// Bytes that the decoder holds which grow with the picture's area; 0 where its rows come one by one.
  let wholeBytes: Int
  let orientation: Orientation

  var width: Int { Int(size.width) }
  var height: Int { Int(size.height) }
  var uprightWidth: Int { orientation.swapsSides ? height : width }
  var uprightHeight: Int { orientation.swapsSides ? width : height }

  /// - Throws: `notAnImage`, `damaged`, `unsupported`, or `tooLarge` beyond the limits.
  init(of file: [UInt8], limits: DecodingLimits) throws(ImageError) {
    format = try FileKind(file).format()
    var header = codecs_header()
    let result =
      switch format {
      case .png: codecs_png_read_header(file, file.count, &header)
      case .jpeg: codecs_jpeg_read_header(file, file.count, &header)
      }
    try result.check(format)
    size = header.size
    colours =
      switch header.colours {
      case 1: .gray
      case 4: .cmyk
      default: .rgb
      }
    // Sides are below 2^31, so that this, at most 2^62 pixels of 8 bytes, may not fit; no limit is so high.
    wholeBytes = Int(clamping: header.whole)
    try limits.check(format, width: Int(size.width), height: Int(size.height), wholeBytes: wholeBytes)
    orientation = Orientation(of: file, format: format)
  }
}

extension codecs_result {
  /// - Throws: what went wrong, if anything did.
  func check(_ format: ImageFormat) throws(ImageError) {
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
