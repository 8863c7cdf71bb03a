import Images
import Testing

@Suite struct ImageBombTests {
  @Test func `a PNG over the limits is refused from its first 33 bytes`() {
    let huge = PNGBytes(chunks: [PNGBytes.header(width: 20_000, height: 20_000)]).bytes
    guard case .failure(let error) = decoding(huge) else {
      Issue.record("20,000 x 20,000 pixels were decoded")
      return
    }
    #expect(error.kind == .tooLarge)
    #expect(error.description.contains("20000 x 20000"))
    #expect(error.description.contains("8192"))
  }

  @Test func `a JPEG of 65,500 x 65,500 pixels is refused from its header`() throws {
    let bytes = JPEGBytes.resized(try Fixtures.bytes("jpeg/gray.jpg"), width: 65_500, height: 65_500)
    #expect(decoding(bytes).errorKind == .tooLarge)
  }

  @Test func `both limits hold exactly`() throws {
    let bytes = try Fixtures.bytes("png/rgb8.png")  // 11 x 13
    #expect(decoding(bytes, limits: DecodingLimits(maxSide: 13, maxPixels: 143)).errorKind == nil)
    #expect(decoding(bytes, limits: DecodingLimits(maxSide: 12, maxPixels: 143)).errorKind == .tooLarge)
    #expect(decoding(bytes, limits: DecodingLimits(maxSide: 13, maxPixels: 142)).errorKind == .tooLarge)
  }

  @Test(arguments: [0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
  func `absurd sides are refused`(side: Int) {
    let png = PNGBytes(chunks: [PNGBytes.header(width: side, height: side)]).bytes
    #expect(decoding(png).errorKind == (side == 0x7FFF_FFFF ? .tooLarge : .damaged))
  }

  /// 48 MB of zeros in 240 KB.
  private func compressedZeros() throws -> [UInt8] {
    let side = 4000
    let zeros = RGBImage(width: side, height: side, pixels: [UInt8](repeating: 0, count: 3 * side * side))
    return PNGBytes(try zeros.encoded(as: .png)).compressed
  }

  private func onePixel(before: [PNGBytes.Chunk], _ data: [UInt8]) -> [UInt8] {
    let picture = PNGBytes.Chunk(type: "IDAT", data: data)
    let end = PNGBytes.Chunk(type: "IEND", data: [])
    return PNGBytes(chunks: [PNGBytes.header(width: 1, height: 1)] + before + [picture, end]).bytes
  }

  @Test func `compressed data in chunks that make no pixels is not inflated`() throws {
    let bomb = try compressedZeros()
    let black = RGBImage(width: 1, height: 1, pixels: [0, 0, 0])
    let data = PNGBytes(try black.encoded(as: .png)).compressed
    for type in ["zTXt", "iCCP"] {
      let chunk = PNGBytes.Chunk(type: type, data: [0x78, 0, 0] + bomb)
      #expect(try RGBImage(decoding: onePixel(before: [chunk], data)) == black, "\(type)")
    }
  }

  @Test func `megabytes behind the last row are refused, not inflated`() throws {
    guard case .failure(let error) = decoding(onePixel(before: [], try compressedZeros())) else {
      Issue.record("48 MB behind one pixel were taken")
      return
    }
    #expect(error.kind == .damaged)
    #expect(error.description.contains("after the last row"))
  }

  @Test func `a little behind the last row is passed over, and so are long chunks behind the picture`() throws
  {
    let black = RGBImage(width: 4, height: 4, pixels: [UInt8](repeating: 0, count: 48))
    var png = PNGBytes(try black.encoded(as: .png))
    png.chunks[0] = PNGBytes.header(width: 4, height: 2)
    png.chunks.insert(PNGBytes.Chunk(type: "tEXt", data: [UInt8](repeating: 0x61, count: 5000)), at: 2)
    #expect(
      try RGBImage(decoding: png.bytes)
        == RGBImage(width: 4, height: 2, pixels: .init(repeating: 0, count: 24)))
  }

  @Test func `a progressive JPEG of thousands of scans is refused before the first is decoded`() throws {
    let bytes = try Fixtures.bytes("jpeg/gray-progressive.jpg")
    let last = try #require(JPEGBytes.positions(of: 0xDA, in: bytes).last)
    let scan = Array(bytes[last..<bytes.count - 2])
    let bomb = bytes.dropLast(2) + (0..<5000).flatMap { _ in scan } + bytes.suffix(2)
    guard case .failure(let error) = decoding(Array(bomb)) else {
      Issue.record("5,000 scans were decoded")
      return
    }
    #expect(error.kind == .unsupported)
    #expect(error.description.contains("too many scans"))
  }

  @Test func `a JPEG of 64 scans is decoded, one of 65 refused`() throws {
    let gray = try RGBImage(decoding: JPEGBytes.progressive(width: 30, height: 20, scans: 64))
    #expect(gray == RGBImage(width: 30, height: 20, pixels: .init(repeating: 128, count: 1800)))
    // The 65th has no frequency left to tell of: it need not be valid to be counted.
    let scan = Array(JPEGBytes.progressive(width: 30, height: 20, scans: 1).dropLast(2))
    let last = try #require(JPEGBytes.positions(of: 0xDA, in: scan).last)
    let full = JPEGBytes.progressive(width: 30, height: 20, scans: 64)
    let more = full.dropLast(2) + scan[last...] + full.suffix(2)
    #expect(decoding(Array(more)).errorKind == .unsupported)
  }

  @Test func `scans times pixels are at most ten scans of the largest picture`() {
    let limits = DecodingLimits(maxPixels: 40_000)
    func errorKind(width: Int, scans: Int) -> ImageError.Kind? {
      decoding(JPEGBytes.progressive(width: width, height: 100, scans: scans), limits: limits).errorKind
    }
    #expect(errorKind(width: 400, scans: 10) == nil)
    #expect(errorKind(width: 400, scans: 11) == .tooLarge)
    #expect(errorKind(width: 100, scans: 40) == nil)
    #expect(errorKind(width: 100, scans: 41) == .tooLarge)
  }

  @Test func `a progressive picture's coefficients fit the memory of the largest picture and 28 MB more`() {
    // Two bytes a pixel of gray.  An announced size that is refused is never touched, so these few bytes will do.
    let bytes = JPEGBytes.resized(
      JPEGBytes.progressive(width: 8, height: 8, scans: 2), width: 4096, height: 4096)
    let pixels = 4096 * 4096
    guard case .failure(let error) = decoding(bytes, limits: DecodingLimits(maxPixels: pixels)) else {
      Issue.record("32 MB of coefficients were taken beside a picture that is as large as may be")
      return
    }
    #expect(error.kind == .tooLarge)
    #expect(error.description.contains("progressive"))
    // With 3 * 3 M bytes left of the picture's share, they fit; then their data is missing.
    let more = DecodingLimits(maxPixels: pixels + 3_000_000)
    #expect(decoding(bytes, limits: more).errorKind == .damaged)
  }

  @Test func `limits that are none do not overflow`() throws {
    let limits = DecodingLimits(maxSide: .max, maxPixels: .max)
    for name in ["jpeg/progressive-420.jpg", "png/rgb8.png"] {
      #expect(decoding(try Fixtures.bytes(name), limits: limits).errorKind == nil)
    }
  }
}
