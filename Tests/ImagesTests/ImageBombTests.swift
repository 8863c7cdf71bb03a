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
    #expect(error.description.contains("16384") && error.description.contains("--max-side"))
  }

  @Test func `a JPEG of 65,500 x 65,500 pixels is refused from its header`() throws {
    let bytes = JPEGBytes.resized(try Fixtures.bytes("jpeg/gray.jpg"), width: 65_500, height: 65_500)
    #expect(decoding(bytes).errorKind == .tooLarge)
  }

  @Test func `both limits hold exactly`() throws {
    // 11 x 13 pixels, of which a PNG may have a third of a JPEG's; and 37 x 29.
    for (name, side, pixels) in [("png/rgb8.png", 13, 3 * 143), ("jpeg/baseline-420.jpg", 37, 37 * 29)] {
      let bytes = try Fixtures.bytes(name)
      func errorKind(maxSide: Int, maxPixels: Int) -> ImageError.Kind? {
        decoding(bytes, limits: DecodingLimits(maxSide: maxSide, maxPixels: maxPixels)).errorKind
      }
      #expect(errorKind(maxSide: side, maxPixels: pixels) == nil, "\(name)")
      #expect(errorKind(maxSide: side - 1, maxPixels: pixels) == .tooLarge, "\(name)")
      #expect(errorKind(maxSide: side, maxPixels: pixels - 1) == .tooLarge, "\(name)")
    }
  }

  @Test func `what telephones have is taken by default, and what is beyond is told the option`() throws {
    let (jpeg, progressive) = (
      try Fixtures.bytes("jpeg/baseline-420.jpg"), try Fixtures.bytes("jpeg/progressive-444.jpg")
    )
    func error(_ file: [UInt8], _ width: Int, _ height: Int) -> ImageError? {
      do throws(ImageError) {
        _ = try DecodingPlan(
          of: JPEGBytes.resized(file, width: width, height: height), .stretch, width: 256, height: 256)
        return nil
      } catch { return error }
    }
    for (width, height) in [(8064, 6048), (8160, 6144), (12_000, 9000), (16_382, 3628)] {
      #expect(error(jpeg, width, height) == nil, "\(width) x \(height)")
    }
    #expect(error(progressive, 6000, 4500) == nil)
    let refusals = [
      (error(jpeg, 16_385, 100), "--max-side"), (error(jpeg, 12_000, 10_001), "--max-megapixels"),
      (error(progressive, 6000, 4800), "baseline"),
    ]
    for (error, cure) in refusals {
      #expect(error?.kind == .tooLarge && error?.description.contains(cure) == true, "\(cure)")
    }
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

  @Test func `scans times pixels are at most ten scans of the largest picture that is not made smaller`() {
    let limits = DecodingLimits(maxPixels: 120_000)
    func errorKind(width: Int, scans: Int) -> ImageError.Kind? {
      decoding(JPEGBytes.progressive(width: width, height: 100, scans: scans), limits: limits).errorKind
    }
    #expect(errorKind(width: 400, scans: 10) == nil)
    #expect(errorKind(width: 400, scans: 11) == .tooLarge)
    #expect(errorKind(width: 100, scans: 40) == nil)
    #expect(errorKind(width: 100, scans: 41) == .tooLarge)
  }

  @Test func `a progressive picture's coefficients take at most 4 bytes of each pixel of a PNG, and 8 MiB`() {
    // Two bytes a pixel of gray.  An announced size that is refused is never touched, so these few bytes will do.
    let bytes = JPEGBytes.resized(
      JPEGBytes.progressive(width: 8, height: 8, scans: 2), width: 4096, height: 4096)
    let most = DecodingLimits(maxPixels: 3 * ((32 << 20) - (8 << 20)) / 4)
    guard case .failure(let error) = decoding(bytes, limits: DecodingLimits(maxPixels: 4096 * 4096)) else {
      Issue.record("32 MB of coefficients were taken where 30 are the most")
      return
    }
    #expect(error.kind == .tooLarge)
    #expect(error.description.contains("32 MB") && error.description.contains("progressive"))
    // They fit; then their data is missing.
    #expect(decoding(bytes, limits: most).errorKind == .damaged)
    let less = DecodingLimits(maxPixels: most.maxPixels - 3)
    #expect(decoding(bytes, limits: less).errorKind == .tooLarge)
  }

  @Test func `limits that are none do not overflow`() throws {
    let limits = DecodingLimits(maxSide: .max, maxPixels: .max)
    for name in ["jpeg/progressive-420.jpg", "png/rgb8.png"] {
      #expect(decoding(try Fixtures.bytes(name), limits: limits).errorKind == nil)
    }
  }
}
