import Images
import Testing

@Suite struct JPEGDecodingTests {
  /// Baseline, progressive, restart markers, 4:4:4, 4:2:2, 4:2:0, gray, RGB, CMYK, YCCK, arithmetic coding.
  @Test func `every kind of JPEG gives the pixels that Pillow gives`() throws {
    let names = try Fixtures.names(in: "jpeg", ending: ".jpg")
    #expect(names.count >= 14)
    for name in names {
      let image = try RGBImage(decoding: Fixtures.bytes("jpeg/\(name)"))
      #expect(image == (try Fixtures.picture("jpeg/\(name.dropLast(4)).ppm")), "\(name)")
    }
  }

  @Test func `bytes after the end of the file do not matter`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-420.jpg")
    #expect(try RGBImage(decoding: bytes + [1, 2, 3]) == RGBImage(decoding: bytes))
  }

  @Test func `stray bytes before a marker do not matter, as cameras write them`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-420.jpg")
    let stray = bytes.dropLast(2) + [0, 0, 0] + bytes.suffix(2)
    #expect(try RGBImage(decoding: Array(stray)) == RGBImage(decoding: bytes))
  }

  @Test func `12 bit samples and lossless coding are said to be unsupported`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-420.jpg")
    let frame = try #require(JPEGBytes.positions(of: 0xC0, in: bytes).first)
    var deep = bytes
    deep[frame + 4] = 12
    #expect(decoding(deep).errorKind == .unsupported)
    var lossless = bytes
    lossless[frame + 1] = 0xC3
    #expect(decoding(lossless).errorKind == .unsupported)
  }

  @Test func `two colour components are said to be unsupported`() {
    let header: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0]
    let scan: [UInt8] = [0xFF, 0xDA, 0, 10, 2, 1, 0, 2, 0, 0, 63, 0, 0xFF, 0xD9]
    #expect(decoding(header + scan).errorKind == .unsupported)
  }
}
