import CCodecs

extension RGBImage {
  /// The picture as a PNG (8 bit RGB), a JPEG (baseline) or a WebP (lossy).
  /// - Parameter quality: of a JPEG, libjpeg's scale of 1...100, clamped to it; from 90 on colour keeps its full
  ///   resolution (4:4:4), below it is halved (4:2:0).  Of a WebP libwebp's scale, with colour always halved.
  /// - Throws: `tooLarge` when the format cannot store the size (a JPEG has at most 65,500 pixels on a side, a WebP
  ///   16,383) or there is no memory.
  public func encoded(as format: ImageFormat, quality: Int = 90) throws(ImageError) -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
      throw ImageError(.tooLarge, "an image of \(width) x \(height) pixels cannot be encoded")
    }
    let size = codecs_size(width: width, height: height)
    var encoded = codecs_buffer()
    defer { codecs_free(encoded) }
    let quality = CInt(min(max(quality, 1), 100))
    let result =
      switch format {
      case .png: codecs_png_encode(pixels, size, &encoded)
      case .jpeg: codecs_jpeg_encode(pixels, size, quality, &encoded)
      case .webp: codecs_webp_encode(pixels, size, quality, &encoded)
      }
    guard result.status == .ok else {
      throw ImageError(
        .tooLarge,
        "an image of \(width) x \(height) pixels cannot be written as \(format.name) (\(result.text))")
    }
    // Unsafe because the bytes are C's; the array copies them before they are freed.
    return [UInt8](UnsafeBufferPointer(start: encoded.bytes, count: encoded.count))
  }
}
