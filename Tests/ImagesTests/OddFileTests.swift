import Images
import Testing

/// Files that break the rules: a picture is one when all of its rows are there and nothing contradicts them.
@Suite struct OddFileTests {
  private struct Oddity {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// What telephones append: a segment that looks like EXIF, a marker of no JPEG, an end that is none.
  private static let trailer: [UInt8] =
    [0xFF, 0xE1, 0, 16] + Array("aaaaaaaaaaaaaa".utf8) + [0xFF, 0xC4, 0, 6] + Array("SEFT".utf8)
    + [0, 0, 0, 8, 0xFF, 0xDA, 0x66, 0x72, 0xFF]

  @Test func `a JPEG with all of its rows is a picture, whatever else is odd about it`() throws {
    for name in [
      "jpeg/baseline-420.jpg", "jpeg/restarts.jpg", "jpeg/progressive-420.jpg", "jpeg/cmyk-progressive.jpg",
    ] {
      let file = try Fixtures.bytes(name)
      let whole = try RGBImage(decoding: file)
      let body = Array(file.dropLast(2))
      let table = try #require(JPEGBytes.positions(of: 0xC4, in: file).first)
      func inserting(_ bytes: [UInt8]) -> [UInt8] { file[..<table] + bytes + file[table...] }
      let oddities = [
        Oddity("no EOI", body),
        Oddity("half an EOI", body + [0xFF]),
        Oddity("no EOI before a trailer", body + Self.trailer),
        Oddity("no EOI before zeros", body + [UInt8](repeating: 0, count: 500)),
        Oddity("a trailer", file + Self.trailer),
        Oddity("another JPEG behind it", file + file),
        Oddity("fill bytes before a marker", inserting([0xFF, 0xFF, 0xFF])),
        Oddity("stray bytes before a marker", inserting([0, 1, 2])),
        Oddity("stray bytes before EOI", body + [0, 1, 2, 0xFF, 0xD9]),
      ]
      for oddity in oddities {
        #expect(decoding(oddity.bytes).image == whole, "\(name), \(oddity.name)")
      }
    }
  }

  /// Samsung's selfie cameras write them; a sequential scan has no others than 0, 63, 0 (ITU-T T.81, table B.3).
  @Test func `the parameters of a sequential scan do not matter`() throws {
    for name in ["jpeg/baseline-420.jpg", "jpeg/gray.jpg", "jpeg/cmyk.jpg", "jpeg/arithmetic.jpg"] {
      let file = try Fixtures.bytes(name)
      let scan = try #require(JPEGBytes.positions(of: 0xDA, in: file).first)
      let parameters = scan + 5 + 2 * Int(file[scan + 4])
      var odd = file
      odd.replaceSubrange(parameters..<parameters + 3, with: [0, 0, 0])
      #expect(odd != file)
      #expect(decoding(odd).image == (try RGBImage(decoding: file)), "\(name)")
    }
  }

  @Test func `a JPEG without all of its rows is refused, however it ends`() throws {
    let restarts = try Fixtures.bytes("jpeg/restarts.jpg")
    let marker = try #require(
      restarts.indices.dropLast().first { restarts[$0] == 0xFF && restarts[$0 + 1] == 0xD1 })
    var misnumbered = restarts
    misnumbered[marker + 1] = 0xD2
    var oddities = [Oddity("a restart of a wrong number", misnumbered)]
    for name in ["jpeg/baseline-420.jpg", "jpeg/progressive-420.jpg", "jpeg/gray-progressive.jpg"] {
      let file = try Fixtures.bytes(name)
      let scan = try #require(JPEGBytes.positions(of: 0xDA, in: file).last)
      let cut = Array(file[..<(scan + (file.count - scan) / 2)])
      oddities += [
        Oddity("\(name), cut off", cut), Oddity("\(name), half an EOI", cut + [0xFF]),
        Oddity("\(name), EOI", cut + [0xFF, 0xD9]), Oddity("\(name), a trailer", cut + Self.trailer),
      ]
      // Coarse as it is, nothing warns that the last scan of a progressive picture is missing.
      oddities.append(Oddity("\(name), without a scan", Array(file[..<scan])))
      oddities.append(Oddity("\(name), without a scan, half an EOI", file[..<scan] + [0xFF]))
    }
    for oddity in oddities { #expect(decoding(oddity.bytes).errorKind == .damaged, "\(oddity.name)") }
  }

  @Test func `a JPEG whose scans each hold one colour has all of them`() {
    let gray = RGBImage(width: 20, height: 9, pixels: .init(repeating: 128, count: 540))
    func decoded(_ scanned: [UInt8], dropping count: Int = 0) -> Result<RGBImage, ImageError> {
      decoding(JPEGBytes.separate(width: 20, height: 9, scanned: scanned).dropLast(count))
    }
    #expect(decoded([1, 2, 3]).image == gray)
    #expect(decoded([3, 1, 2]).image == gray)
    #expect(decoded([1, 2, 3], dropping: 2).image == gray)
    for scanned in [[1, 2], [1], [2, 3], [1, 1, 1]] as [[UInt8]] {
      for dropped in [0, 2] {
        #expect(
          decoded(scanned, dropping: dropped).errorKind == .damaged, "\(scanned), without \(dropped) bytes")
      }
    }
  }

  @Test func `a progressive JPEG may do without detail if it says that it ends`() {
    let file = JPEGBytes.progressive(width: 30, height: 20, scans: 5)
    #expect(decoding(file).errorKind == nil)
    #expect(decoding(file.dropLast(2)).errorKind == .damaged)
    #expect(decoding(JPEGBytes.progressive(width: 30, height: 20, scans: 64).dropLast(2)).errorKind == nil)
  }

  @Test func `a PNG with all of its rows is a picture, whatever else is odd about it`() throws {
    for name in ["png/rgba8.png", "png/palette8-alpha-interlaced.png", "png/gray16-key.png"] {
      let file = try Fixtures.bytes(name)
      let (png, whole) = (PNGBytes(file), try RGBImage(decoding: file))
      let data = png.compressed
      let text = png.adding("tEXt", Array("Title\0a title".utf8))
      let oddities = [
        Oddity("a wrong CRC of text", text.bytes(wrongCRC: "tEXt")),
        Oddity("a wrong CRC of a private chunk", png.adding("prVt", [1, 2, 3]).bytes(wrongCRC: "prVt")),
        Oddity("a wrong CRC of gamma", png.adding("gAMA", [0, 0, 0xB1, 0x8F]).bytes(wrongCRC: "gAMA")),
        Oddity("no IEND", file.dropLast(12)),
        Oddity("IEND cut off", file.dropLast(4)),
        Oddity("IDAT's checksum cut off", file.dropLast(14)),
        Oddity("bytes behind IEND", file + [1, 2, 3]),
        Oddity("two IEND", file + file.suffix(12)),
        Oddity("no checksum of the data", png.splitting([data.dropLast(4)]).bytes),
        Oddity(
          "empty IDATs", png.splitting([[], Array(data.prefix(9)), [], Array(data.dropFirst(9)), []]).bytes),
        Oddity("an IDAT behind the data", png.splitting([data, [1, 2, 3]]).bytes),
        Oddity("an animation's chunks", png.adding("acTL", [0, 0, 0, 1, 0, 0, 0, 0]).bytes),
      ]
      for oddity in oddities { #expect(decoding(oddity.bytes).image == whole, "\(name), \(oddity.name)") }
    }
  }

  @Test(arguments: ["png/rgb8.png", "png/palette8-alpha.png", "png/gray2-key-interlaced.png"])
  func `a PNG whose checksums contradict its pixels is refused`(name: String) throws {
    let png = PNGBytes(try Fixtures.bytes(name))
    for type in Set(png.chunks.map(\.type)) {
      let makesPixels = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].contains(type)
      #expect(decoding(png.bytes(wrongCRC: type)).errorKind == (makesPixels ? .damaged : nil), "\(type)")
    }
    var data = png.compressed
    data[data.count - 1] ^= 1
    #expect(decoding(png.splitting([data]).bytes).errorKind == .damaged)
  }

  @Test func `a PNG without all of its rows is refused`() throws {
    let png = PNGBytes(try Fixtures.bytes("png/rgb8.png"))
    let data = png.compressed
    #expect(decoding(png.splitting([Array(data.dropLast(40))]).bytes).errorKind == .damaged)
    // IDAT chunks follow each other (PNG 3rd edition, section 5.6).
    var interrupted = png.splitting([Array(data.prefix(9)), Array(data.dropFirst(9))])
    interrupted.chunks.insert(.init(type: "tEXt", data: Array("a\0b".utf8)), at: interrupted.chunks.count - 2)
    #expect(decoding(interrupted.bytes).errorKind == .damaged)
  }
}
