import CCodecs

@testable import Images

// A PNG or JPEG from its first to its last byte.  PNG chunks are tried with the checksums that the input has and
// with right ones, else no change to a chunk would get behind libpng's check of them.

func fuzz(_ bytes: [UInt8]) {
  decode(bytes)
  if FileKind(bytes) == .picture(.png) { decode(withRightChecksums(bytes)) }
}

private let limits = DecodingLimits(maxSide: 2048, maxPixels: 1 << 16)

private func decode(_ bytes: [UInt8]) {
  guard case .picture(let format) = FileKind(bytes),
    let image = try? RGBImage(decoding: bytes, limits: limits)
  else { return }
  expect(image.pixels.count == 3 * image.width * image.height, "\(image.pixels.count) samples")
  checkThatEveryByteIsWritten(bytes, format, image)
  if image.pixels.count <= 4096 {
    let again = try? RGBImage(decoding: image.encoded(as: .png))
    expect(again == image, "the picture does not survive encoding")
  }
}

/// A byte that C leaves as it was would show what was in memory before.
private func checkThatEveryByteIsWritten(_ bytes: [UInt8], _ format: ImageFormat, _ image: RGBImage) {
  let orientation = Orientation(of: bytes, format: format)
  let (width, height) =
    orientation.swapsSides ? (image.height, image.width) : (image.width, image.height)
  let size = codecs_size(width: UInt32(width), height: UInt32(height))
  let turn = CInt(orientation.rawValue)
  for fill in [0x00, 0xFF] as [UInt8] {
    var pixels = [UInt8](repeating: fill, count: image.pixels.count)
    let result =
      switch format {
      case .png: codecs_png_decode(bytes, bytes.count, size, turn, &pixels)
      case .jpeg:
        codecs_jpeg_decode(bytes, bytes.count, size, turn, limits.jpeg(width: width, height: height), &pixels)
      }
    expect(result.status == .ok && pixels == image.pixels, "the pixels depend on what was there before")
  }
}

/// Writes the right CRC behind every chunk that is complete (PNG 3rd edition, section 5.3).
private func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var position = 8
  while let length = ByteReader(bytes[...]).uint32(at: position), length <= bytes.count - position - 12 {
    let end = position + 8 + length
    let checksum = crc32(bytes[position + 4..<end])
    for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index)) }
    position = end + 4
  }
  return bytes
}

/// PNG 3rd edition, annex D.
private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}
