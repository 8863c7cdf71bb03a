import Images
import Testing

@Suite struct DamagedFileTests {
  @Test(arguments: [
    "png/rgba8.png", "png/palette4-alpha-interlaced.png", "jpeg/baseline-420.jpg",
    "jpeg/progressive-420.jpg", "jpeg/gray.jpg", "jpeg/cmyk.jpg", "jpeg/arithmetic.jpg",
  ])
  func `a file that is cut off is refused, unless all of its pixels are there`(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    let whole = try RGBImage(decoding: bytes)
    let signature = name.hasPrefix("png") ? 8 : 3
    // Of a PNG the checksums and IEND, of a JPEG EOI and bits that fill a byte.
    let surplus = name.hasPrefix("png") ? 24 : name.hasSuffix("arithmetic.jpg") ? 0 : 4
    for count in 0..<bytes.count {
      switch decoding(Array(bytes.prefix(count))) {
      case .success(let image):
        #expect(image == whole && bytes.count - count <= surplus, "\(count) of \(bytes.count) bytes")
      case .failure(let error):
        #expect(
          error.kind == (count >= signature ? .damaged : .notAnImage), "\(count) of \(bytes.count) bytes")
      }
    }
  }

  @Test func `a PNG whose data ends before its last row is refused`() throws {
    var png = PNGBytes(try Fixtures.bytes("png/rgb8.png"))
    let header = try #require(png.chunks.firstIndex { $0.type == "IHDR" })
    png.chunks[header] = PNGBytes.header(width: 11, height: 14)
    #expect(decoding(png.bytes).errorKind == .damaged)
  }

  @Test func `a JPEG that lacks coded data in the middle is refused, not filled up with gray`() throws {
    for name in ["jpeg/baseline-444.jpg", "jpeg/progressive-444.jpg"] {
      let bytes = try Fixtures.bytes(name)
      let scan = try #require(JPEGBytes.positions(of: 0xDA, in: bytes).first)
      let missing = Array(bytes[..<(scan + 20)]) + [0xFF, 0xD9]
      #expect(decoding(missing).errorKind == .damaged, "\(name)")
    }
  }

  /// Whatever comes out, nothing may crash; the sanitizers watch.
  @Test(arguments: [UInt64(1), 2, 3])
  func `random changes are decoded or refused`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let names = [
      "png/rgba16-interlaced.png", "png/palette8-alpha.png", "png/gray2-key.png", "png/metadata.png",
      "jpeg/baseline-422.jpg", "jpeg/restarts.jpg", "jpeg/progressive-420.jpg", "jpeg/cmyk-progressive.jpg",
      "jpeg/arithmetic.jpg", "orientation/6.jpg", "orientation/7.png",
    ]
    let limits = DecodingLimits(maxSide: 512, maxPixels: 100_000)
    for name in names {
      let original = try Fixtures.bytes(name)
      for round in 0..<150 {
        var bytes = original
        for _ in 0...Int.random(in: 0..<4, using: &random) {
          let at = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          case 2: bytes.removeSubrange(at..<min(at + 5, bytes.count - 1))
          default: bytes.insert(contentsOf: [0xFF, 0xDA, 0x00], at: at)
          }
        }
        // With right CRCs a change reaches the chunk's reader; without, it stops at the check.
        if round % 2 == 0, name.hasSuffix("png") { bytes = PNGBytes.withRightCRCs(bytes) }
        if case .success(let image) = decoding(bytes, limits: limits) {
          #expect(
            image.pixels.count == 3 * image.width * image.height, "\(name), seed \(seed), round \(round)")
        }
      }
    }
  }
}

extension PNGBytes {
  /// The same bytes with each CRC put right, as far as the chunks can be followed.
  fileprivate static func withRightCRCs(_ file: [UInt8]) -> [UInt8] {
    file.starts(with: signature) ? PNGBytes(file).bytes : file
  }
}
