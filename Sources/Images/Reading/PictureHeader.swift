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
  let profile: StoredProfile?
  /// Of a WebP what its decoder takes: the chunks of the only picture, or the first frame, and where on the canvas it lies.
  let frame: Frame?

  struct Frame {
    let chunks: Range<Int>
    let size: codecs_size
    let x, y: Int
  }

  var width: Int { Int(size.width) }
  var height: Int { Int(size.height) }
  var uprightWidth: Int { orientation.swapsSides ? height : width }
  var uprightHeight: Int { orientation.swapsSides ? width : height }

  /// - Throws: `notAnImage`, `damaged`, `unsupported`, or `tooLarge` beyond the limits.
  init(of file: [UInt8], limits: DecodingLimits) throws(ImageError) {
    format = try FileKind(file).format()
    var header = codecs_header()
    var frame: Frame?
    let metadata: Metadata
    switch format {
    case .png:
      try codecs_png_read_header(file, file.count, &header).check(format)
      metadata = Metadata(of: file, format: format)
    case .jpeg:
      try codecs_jpeg_read_header(file, file.count, &header).check(format)
      metadata = Metadata(of: file, format: format)
    case .webp:
      let container = WebPContainer(ByteReader(file[...]))
      frame = try container.readHeader(&header)
      metadata = Metadata(of: container)
    }
    size = header.size
    self.frame = frame
    colours =
      switch header.colours {
      case 1: .gray
      case 4: .cmyk
      default: .rgb
      }
    // Sides are below 2^31, so that this, at most 2^62 pixels of 8 bytes, may not fit; no limit is so high.
    wholeBytes = Int(clamping: header.whole)
    try limits.check(format, width: Int(size.width), height: Int(size.height), wholeBytes: wholeBytes)
    orientation = metadata.orientation
    profile = metadata.profile
  }
}

extension WebPContainer {
  /// Reads the header of the picture in it; the size becomes that of the canvas.
  fileprivate func readHeader(_ header: inout codecs_header) throws(ImageError) -> PictureHeader.Frame {
    guard let chunks = picture?.bytes else {
      throw ImageError(.damaged, "the WebP is damaged (there is no picture in it): save or download it again")
    }
    // Unsafe because C takes pointers; it keeps none.
    let result = chunks.withUnsafeBufferPointer { chunks in
      chunks.baseAddress.map { codecs_webp_read_header($0, chunks.count, &header) } ?? codecs_result()
    }
    try result.check(.webp)
    let frame = PictureHeader.Frame(
      chunks: chunks.startIndex..<chunks.endIndex, size: header.size, x: place.x, y: place.y)
    if let canvas { header.size = codecs_size(width: UInt32(canvas.width), height: UInt32(canvas.height)) }
    guard frame.x + Int(frame.size.width) <= Int(header.size.width),
      frame.y + Int(frame.size.height) <= Int(header.size.height)
    else {
      throw ImageError(
        .damaged, "the WebP is damaged (its picture is larger than its canvas): save or download it again")
    }
    return frame
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
