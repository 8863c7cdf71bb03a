import Images
import Testing

@Suite struct WebPDecodingTests {
  /// Lossy, lossless, both with transparency, turned by EXIF, an animation.
  @Test func `every kind of WebP gives the pixels that Pillow gives`() throws {
    let names = try Fixtures.names(in: "webp", ending: ".webp")
    #expect(names.count >= 7)
    for name in names {
      let image = try RGBImage(decoding: Fixtures.bytes("webp/\(name)"))
      #expect(image == (try Fixtures.picture("webp/\(name.dropLast(5)).ppm")), "\(name)")
    }
  }

  @Test func `a frame that is smaller than its canvas lies on white`() throws {
    let file = try Fixtures.bytes("webp/lossless.webp")
    let picture = try RGBImage(decoding: file)
    let chunks = WebPBytes.canvas(50, 40, flags: 2) + WebPBytes.chunk("ANIM", [0, 0, 0, 0, 0, 0])
    let frame = WebPBytes.frame(WebPBytes.picture(file), x: 8, y: 10, width: 37, height: 29)
    let image = try RGBImage(decoding: WebPBytes.file(chunks + frame + frame))
    #expect((image.width, image.height) == (50, 40))
    for y in 0..<40 {
      for x in 0..<50 {
        let isInside = (8..<45).contains(x) && (10..<39).contains(y)
        let at = 3 * ((y - 10) * 37 + x - 8)
        let expected = isInside ? Array(picture.pixels[at..<at + 3]) : [255, 255, 255]
        #expect(Array(image.pixels[3 * (y * 50 + x)..<3 * (y * 50 + x) + 3]) == expected)
      }
    }
    for (x, y) in [(14, 10), (8, 12)] {
      let beyond = WebPBytes.frame(WebPBytes.picture(file), x: x, y: y, width: 37, height: 29)
      #expect(decoding(WebPBytes.file(chunks + beyond)).errorKind == .damaged)
    }
  }

  @Test func `a WebP with all of its rows is a picture, whatever else is odd about it`() throws {
    for name in ["lossy", "lossless", "lossy-alpha"] {
      let file = try Fixtures.bytes("webp/\(name).webp")
      let whole = try RGBImage(decoding: file)
      let extended = name.hasSuffix("alpha") ? [] : WebPBytes.canvas(37, 29)
      let chunks = extended + WebPBytes.picture(file)
      var short = file
      short.replaceSubrange(4..<8, with: WebPBytes.littleEndian(20, 4))
      let oddities = [
        ("a canvas of another size", WebPBytes.file(WebPBytes.canvas(50, 50) + WebPBytes.picture(file))),
        ("bytes behind it", file + [1, 2, 3]), ("a wrong length of the file", short),
        ("text that is cut off", WebPBytes.file(chunks + WebPBytes.chunk("XMP ", [1, 2, 3, 4]).dropLast(3))),
        ("an unknown chunk", WebPBytes.file(chunks + WebPBytes.chunk("abcd", [1, 2, 3]))),
      ]
      for (oddity, bytes) in oddities { #expect(decoding(bytes).image == whole, "\(name), \(oddity)") }
    }
  }

  @Test(arguments: ["lossy", "lossless", "lossy-alpha", "lossless-alpha"])
  func `a WebP that is cut off is refused, unless all of its pixels are there`(name: String) throws {
    let file = try Fixtures.bytes("webp/\(name).webp")
    let whole = try RGBImage(decoding: file)
    for count in 12..<file.count {
      switch decoding(Array(file.prefix(count))) {
      case .success(let image):
        #expect(image == whole && file.count - count < 8, "\(count) of \(file.count) bytes")
      case .failure(let error): #expect(error.kind == .damaged, "\(count) of \(file.count) bytes")
      }
    }
  }

  @Test func `a WebP over the limits is refused from its header`() throws {
    let lossless = try Fixtures.bytes("webp/lossless.webp")
    func errorKind(_ file: [UInt8], _ maxPixels: Int) -> ImageError.Kind? {
      decoding(file, limits: DecodingLimits(maxPixels: maxPixels)).errorKind
    }
    #expect(errorKind(lossless, 3 * 37 * 29) == nil && errorKind(lossless, 3 * 37 * 29 - 1) == .tooLarge)
    // 16,384 x 16,384 pixels: fourteen bits each, behind the signature of VP8L (RFC 9649, section 3.4).
    let huge = WebPBytes.file(WebPBytes.chunk("VP8L", [0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0]))
    #expect(decoding(huge).errorKind == .tooLarge)
    // 5,001 x 5,001 pixels would fit, but not 7 bytes of each.
    let (width, height) = (5000, 5000)
    let bits = width | height << 14
    let large = WebPBytes.file(
      WebPBytes.chunk("VP8L", [0x2F] + WebPBytes.littleEndian(bits, 4) + [0, 0, 0, 0, 0]))
    guard case .failure(let error) = decoding(large) else {
      Issue.record("175 MB were taken where 160 MiB are the most")
      return
    }
    #expect(error.kind == .tooLarge && error.description.contains("--max-megapixels"))
  }

  /// Whatever comes out, nothing may crash; the sanitizers watch.
  @Test(arguments: [UInt64(4), 5])
  func `random changes of a WebP are decoded or refused`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for name in try Fixtures.names(in: "webp", ending: ".webp") {
      let original = try Fixtures.bytes("webp/\(name)")
      for round in 0..<150 {
        var bytes = original
        for _ in 0...Int.random(in: 0..<4, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        }
        if case .success(let image) = decoding(
          bytes, limits: DecodingLimits(maxSide: 512, maxPixels: 300_000))
        {
          #expect(
            image.pixels.count == 3 * image.width * image.height, "\(name), seed \(seed), round \(round)")
        }
      }
    }
  }
}
