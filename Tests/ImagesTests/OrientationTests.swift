import Images
import Testing

@Suite struct OrientationTests {
  @Test(arguments: 1...8)
  func `a picture is turned upright as Pillow's exif_transpose turns it`(orientation: Int) throws {
    for kind in ["jpg", "png"] {
      let image = try RGBImage(decoding: Fixtures.bytes("orientation/\(orientation).\(kind)"))
      #expect(image == (try Fixtures.picture("orientation/\(orientation)-\(kind).ppm")), "\(kind)")
    }
  }

  @Test(arguments: 1...8)
  func `every row reader turns: transparent, interlaced and CMYK pictures too`(orientation: Int) throws {
    let exif = tiff(orientation: UInt8(orientation))
    for name in ["rgba8", "rgb8-interlaced", "rgba16-interlaced"] {
      let bytes = try Fixtures.bytes("png/\(name).png")
      var png = PNGBytes(bytes)
      png.chunks.insert(PNGBytes.Chunk(type: "eXIf", data: exif), at: 1)
      let upright = try RGBImage(decoding: bytes).turned(orientation)
      #expect(try RGBImage(decoding: png.bytes) == upright, "\(name)")
    }
    let bytes = try Fixtures.bytes("jpeg/cmyk.jpg")
    #expect(try RGBImage(decoding: jpeg(bytes, exif: exif)) == RGBImage(decoding: bytes).turned(orientation))
  }

  @Test func `both byte orders are read, and a PNG's chunk after the image data too`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-444.jpg")
    let turned = try RGBImage(decoding: bytes).turned(6)
    #expect(try RGBImage(decoding: jpeg(bytes, exif: tiff(orientation: 6))) == turned)
    let little: [UInt8] = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
    #expect(try RGBImage(decoding: jpeg(bytes, exif: little)) == turned)

    let plain = try Fixtures.bytes("png/rgb8.png")
    var png = PNGBytes(plain)
    png.chunks.insert(PNGBytes.Chunk(type: "eXIf", data: little), at: png.chunks.count - 1)
    #expect(try RGBImage(decoding: png.bytes) == RGBImage(decoding: plain).turned(6))
  }

  @Test func `segments are passed over as their lengths say, up to the picture`() throws {
    let exif = JPEGBytes.segment(0xE1, Array("Exif\0\0".utf8) + tiff(orientation: 6))
    let bytes = try Fixtures.bytes("jpeg/baseline-444.jpg")
    // A comment that ends in what would be the marker of the picture's end.
    let comment = JPEGBytes.segment(0xFE, [1, 2, 3, 0xFF, 0xD9])
    let commented = bytes.prefix(2) + comment + exif + bytes.dropFirst(2)
    #expect(try RGBImage(decoding: Array(commented)) == RGBImage(decoding: bytes).turned(6))

    var scans = JPEGBytes.progressive(width: 16, height: 8, scans: 2)
    scans.insert(contentsOf: exif, at: JPEGBytes.positions(of: 0xDA, in: scans)[1])
    #expect(try RGBImage(decoding: scans).width == 16)
  }

  /// Pillow takes the first of several, and longs; a byte it takes for text.
  @Test func `an orientation of an odd type is read as Pillow reads it`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-444.jpg")
    let plain = try RGBImage(decoding: bytes)
    func entry(_ type: UInt8, count: UInt8, _ value: [UInt8], elsewhere: [UInt8] = []) -> [UInt8] {
      [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, type, 0, 0, 0, count] + value + elsewhere
    }
    let turned = [
      entry(4, count: 1, [0, 0, 0, 6]), entry(3, count: 2, [0, 6, 0, 1]),
      entry(3, count: 3, [0, 0, 0, 22], elsewhere: [0, 6, 0, 1, 0, 1]),
      entry(4, count: 2, [0, 0, 0, 22], elsewhere: [0, 0, 0, 6, 0, 0, 0, 1]),
    ]
    for exif in turned {
      #expect(try RGBImage(decoding: jpeg(bytes, exif: exif)) == plain.turned(6), "\(exif)")
    }
    let ignored = [
      entry(1, count: 1, [6, 0, 0, 0]), entry(3, count: 0, [0, 6, 0, 0]), entry(4, count: 1, [0, 6, 0, 6]),
      entry(3, count: 3, [0, 0, 0, 22], elsewhere: [0, 6, 0, 1]),
    ]
    for exif in ignored { #expect(try RGBImage(decoding: jpeg(bytes, exif: exif)) == plain, "\(exif)") }
  }

  @Test func `XMP tells the orientation where EXIF does not`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-444.jpg")
    let plain = try RGBImage(decoding: bytes)
    func packet(_ orientation: String) -> [UInt8] {
      Array("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description \(orientation)/></x:xmpmeta>".utf8)
    }
    func jpeg(_ segments: [[UInt8]]) -> [UInt8] {
      bytes.prefix(2) + segments.flatMap { JPEGBytes.segment(0xE1, $0) } + bytes.dropFirst(2)
    }
    let (attribute, element) = (
      packet("tiff:Orientation=\"6\""), packet("><tiff:Orientation>6</tiff:Orientation>")
    )
    let exif = Array("Exif\0\0".utf8) + tiff(orientation: 3)
    for xmp in [attribute, element] {
      #expect(try RGBImage(decoding: jpeg([xmp])) == plain.turned(6))
      for segments in [[xmp, exif], [exif, xmp]] {
        #expect(try RGBImage(decoding: jpeg(segments)) == plain.turned(3))
      }
    }
    for odd in [
      "tiff:Orientation=\"", "tiff:Orientation=\"9\"", "tiff:Orientation=6", "tiff:Orientation", "",
    ] {
      #expect(try RGBImage(decoding: jpeg([packet(odd)])) == plain, "\(odd)")
    }
    let png = try Fixtures.bytes("png/rgb8.png")
    let text = Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + attribute
    #expect(
      try RGBImage(decoding: PNGBytes(png).adding("iTXt", text).bytes) == RGBImage(decoding: png).turned(6))
  }

  /// ImageMagick's text, and what programs make of it that copy a JPEG's segment whole.
  @Test func `a PNG keeps EXIF in other ways too`() throws {
    let bytes = try Fixtures.bytes("png/rgb8.png")
    let (png, plain) = (PNGBytes(bytes), try RGBImage(decoding: bytes))
    let segment = Array("Exif\0\0".utf8) + tiff(orientation: 6)
    let digits = segment.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    let lines = "\nexif\n      28\n\(digits.prefix(20))\n\(digits.dropFirst(20))\n"
    let keyword = Array("Raw profile type exif\0".utf8)
    let chunks: [(String, [UInt8])] = [
      ("eXIf", segment), ("tEXt", keyword + Array(lines.utf8)), ("zTXt", keyword + [0] + stored(lines)),
    ]
    for (type, data) in chunks {
      #expect(try RGBImage(decoding: png.adding(type, data).bytes) == plain.turned(6), "\(type)")
      for cut in 1..<data.count {
        let image = try RGBImage(decoding: png.adding(type, data.dropLast(cut)).bytes)
        #expect(image == plain || image == plain.turned(6), "\(type), without \(cut) bytes")
      }
      // eXIf is the standard's own.
      let both = png.adding(type, data).adding("eXIf", tiff(orientation: 3))
      #expect(try RGBImage(decoding: both.bytes) == plain.turned(3), "\(type) and eXIf")
    }
    let bomb = PNGBytes(try RGBImage.noise(width: 200, height: 200, seed: 3).encoded(as: .png)).compressed
    #expect(try RGBImage(decoding: png.adding("zTXt", keyword + [0] + bomb).bytes) == plain)
  }

  /// A zlib stream that stores the text (RFC 1950, RFC 1951 section 3.2.4), without its checksum.
  private func stored(_ text: String) -> [UInt8] {
    let count = UInt16(text.utf8.count)
    return [0x78, 1, 1] + [count, ~count].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } + Array(text.utf8)
  }

  @Test func `absurd EXIF is ignored`() throws {
    let bytes = try Fixtures.bytes("jpeg/baseline-444.jpg")
    let plain = try RGBImage(decoding: bytes)
    let good = tiff(orientation: 6)
    var cases: [[UInt8]] = (0..<good.count - 2).map { Array(good.prefix($0)) }  // cut off
    cases += [0, 9, 255].map { tiff(orientation: $0) }  // no such orientation
    func changed(_ at: Int, _ bytes: [UInt8]) -> [UInt8] {
      var exif = good
      exif.replaceSubrange(at..<at + bytes.count, with: bytes)
      return exif
    }
    cases.append(changed(4, [0xFF, 0xFF, 0xFF, 0xFF]))  // the directory lies outside
    cases.append(changed(4, [0x7F, 0xFF, 0xFF, 0xFE]))
    cases.append(changed(8, [0xFF, 0xFF, 0x01, 0x00]))  // 65,535 entries, none of them the orientation
    cases.append(changed(12, [0, 2]))  // a text
    cases.append(changed(14, [0xFF, 0xFF, 0xFF, 0xFF]))  // 4,294,967,295 of them
    cases.append(changed(0, [0x4D, 0x49]))  // neither byte order
    for exif in cases { #expect(try RGBImage(decoding: jpeg(bytes, exif: exif)) == plain, "\(exif)") }
  }

  @Test(arguments: [UInt64(11), 12])
  func `random EXIF never keeps a picture from being read`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let bytes = try Fixtures.bytes("jpeg/one-pixel.jpg")
    for _ in 0..<500 {
      var exif = tiff(orientation: 6)
      for _ in 0..<3 {
        exif[Int.random(in: 0..<exif.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let image = try RGBImage(decoding: jpeg(bytes, exif: exif))
      #expect(image.width == 1 && image.height == 1, "seed \(seed), \(exif)")
    }
  }

  /// A big-endian TIFF structure with one directory of one entry.
  private func tiff(orientation: UInt8) -> [UInt8] {
    [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
  }

  private func jpeg(_ bytes: [UInt8], exif: [UInt8]) -> [UInt8] {
    let length = 8 + exif.count
    let segment = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + Array("Exif\0\0".utf8) + exif
    return bytes.prefix(2) + segment + bytes.dropFirst(2)
  }
}

extension RGBImage {
  /// The upright picture, pixel by pixel, from where EXIF 2.32 says that row 0 and column 0 lie.
  fileprivate func turned(_ orientation: Int) -> RGBImage {
    let (right, bottom) = (width - 1, height - 1)
    let (newWidth, newHeight) = orientation < 5 ? (width, height) : (height, width)
    var turned: [UInt8] = []
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let (column, row) =
          switch orientation {
          case 2: (right - x, y)
          case 3: (right - x, bottom - y)
          case 4: (x, bottom - y)
          case 5: (y, x)
          case 6: (y, bottom - x)
          case 7: (right - y, bottom - x)
          case 8: (right - y, x)
          default: (x, y)
          }
        turned += pixels[3 * (row * width + column)..<3 * (row * width + column) + 3]
      }
    }
    return RGBImage(width: newWidth, height: newHeight, pixels: turned)
  }
}
