import CCodecs

extension RGBImage {
  /// Decodes a PNG or JPEG, whichever the bytes are.
  ///
  /// The samples are those that Pillow gives: gamma and colour profiles are ignored, 16 bit samples keep their
  /// high byte (as Pillow does it for RGB; its gray 16 bit pictures saturate instead), CMYK becomes RGB without
  /// a profile.  Transparency is flattened on white, and the picture is turned as its EXIF orientation says.  Of
  /// an animated PNG the first frame is taken.
  ///
  /// A file that was cut off is refused even when only its last bytes are missing: what is there of it might be
  /// gray.
  /// - Throws: `notAnImage`, `damaged`, `tooLarge` or `unsupported`.
  public init(decoding bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) throws(ImageError) {
    guard let format = ImageFormat.sniff(bytes) else { throw ImageError.notAnImage(bytes) }
    let decoder = Decoder(format)
    let size = try decoder.readSize(bytes)
    try limits.check(width: Int(size.width), height: Int(size.height))
    let orientation = Orientation(of: bytes, format: format)

    var result = codecs_result()
    let sampleCount = 3 * Int(size.width) * Int(size.height)
    let pixels = [UInt8](unsafeUninitializedCapacity: sampleCount) { buffer, count in
      // Unsafe because C fills the array in place; `codecs_ok` means that every byte of it was written.
      guard let start = buffer.baseAddress else { return }
      result = decoder.decode(bytes, bytes.count, size, CInt(orientation.rawValue), start)
      count = result.status == .ok ? sampleCount : 0
    }
    try decoder.check(result)
    let (width, height) = (Int(size.width), Int(size.height))
    self.init(
      width: orientation.swapsSides ? height : width, height: orientation.swapsSides ? width : height,
      pixels: pixels)
  }
}

/// The C calls for one format.
private struct Decoder {
  let name: String
  let header: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<codecs_size>) -> codecs_result
  let decode: (UnsafePointer<UInt8>, Int, codecs_size, CInt, UnsafeMutablePointer<UInt8>) -> codecs_result

  init(_ format: ImageFormat) {
    switch format {
    case .png: (name, header, decode) = ("PNG", codecs_png_read_size, codecs_png_decode)
    case .jpeg: (name, header, decode) = ("JPEG", codecs_jpeg_read_size, codecs_jpeg_decode)
    }
  }

  func readSize(_ bytes: [UInt8]) throws(ImageError) -> codecs_size {
    var size = codecs_size()
    try check(header(bytes, bytes.count, &size))
    return size
  }

  func check(_ result: codecs_result) throws(ImageError) {
    let reason = result.text
    switch result.status {
    case .ok: return
    case .damaged:
      throw ImageError(.damaged, "the \(name) is damaged (\(reason)): save or download it again")
    case .too_large:
      throw ImageError(.tooLarge, "the \(name) is too large (\(reason)): make it smaller")
    case .unsupported:
      throw ImageError(
        .unsupported, "this variant of \(name) is not read (\(reason)): save it as an ordinary 8 bit \(name)")
    }
  }
}

extension codecs_result {
  var text: String {
    // Unsafe because C's fixed array comes in as a tuple; the last of its bytes is always 0.
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension ImageError {
  /// Says what the bytes look like, as far as that helps: phones and web sites hand out HEIC and WebP.
  fileprivate static func notAnImage(_ bytes: [UInt8]) -> ImageError {
    func has(_ text: String, at offset: Int) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
    let seen: String
    switch true {
    case bytes.isEmpty: return ImageError(.notAnImage, "no bytes were sent: send a PNG or JPEG image")
    case has("GIF8", at: 0): seen = "this is a GIF"
    case has("RIFF", at: 0) && has("WEBP", at: 8): seen = "this is a WebP image"
    case has("ftypavif", at: 4): seen = "this is an AVIF image"
    case has("ftyphei", at: 4), has("ftypmif1", at: 4): seen = "this is a HEIC image"
    case has("II*\0", at: 0), has("MM\0*", at: 0): seen = "this is a TIFF image"
    case has("BM", at: 0): seen = "this is a BMP image"
    default: return ImageError(.notAnImage, "this is neither PNG nor JPEG: send one of these")
    }
    return ImageError(.notAnImage, "\(seen); only PNG and JPEG are read: convert it to one of these")
  }
}
