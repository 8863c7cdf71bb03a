import CCodecs

@testable import Images

// A PNG, JPEG or WebP from its first to its last byte.  PNG chunks are tried with the checksums that the input has and
// with right ones, else no change to a chunk would get behind libpng's check of them.

func fuzz(_ bytes: [UInt8]) {
  decode(bytes)
  if FileKind(bytes) == .picture(.png) { decode(withRightChecksums(bytes)) }
}

private let limits = DecodingLimits(maxSide: 2048, maxPixels: 3 << 16)

private func decode(_ bytes: [UInt8]) {
  guard let header = try? PictureHeader(of: bytes, limits: limits),
    let image = try? RGBImage(decoding: bytes, limits: limits)
  else { return }
  expect(image.pixels.count == 3 * image.width * image.height, "\(image.pixels.count) samples")
  checkThatEveryByteIsWritten(bytes, header, image)
  for (fit, filter, side) in [(Fit.crop, ResamplingFilter.bicubic, 3), (.pad, .bilinear, 70)] {
    let plan = try? DecodingPlan(of: bytes, fit, width: side, height: side, filter: filter, limits: limits)
    let small = try? plan?.image(of: bytes).image
    expect(small?.pixels.count == 3 * side * side, "what is read whole is not read to another size")
  }
  if image.pixels.count <= 4096 {
    let again = try? RGBImage(decoding: image.encoded(as: .png))
    expect(again == image, "the picture does not survive encoding")
  }
}

/// A byte that C leaves as it was would show what was in memory before.
private func checkThatEveryByteIsWritten(_ bytes: [UInt8], _ header: PictureHeader, _ image: RGBImage) {
  // Around a frame that is smaller than its canvas, our own code writes.
  if let frame = header.frame,
    frame.size.width != header.size.width || frame.size.height != header.size.height
  {
    return
  }
  let line = 3 * header.width
  for fill in [0x00, 0xFF] as [UInt8] {
    var pixels: [UInt8] = []
    bytes.withUnsafeBufferPointer { file in
      var reader: OpaquePointer?
      _ = header.open(file, .init(maxScannedPixels: limits.maxScannedPixels), &reader)
      guard let reader else { return }
      defer { codecs_reader_close(reader) }
      for _ in 0..<header.height {
        var row = [UInt8](repeating: fill, count: line)
        guard codecs_reader_next(reader, &row).status == .ok else { return }
        pixels += row
      }
    }
    let stored = RGBImage(width: header.width, height: header.height, pixels: pixels)
    expect(stored.turned(header.orientation) == image, "the pixels depend on what was there before")
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
