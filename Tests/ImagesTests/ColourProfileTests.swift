import Testing

@testable import Images

@Suite struct ColourProfileTests {
  /// At the picture's own size, so that nothing but its colours changes.
  private func read(
    _ file: [UInt8], _ use: ProfileUse = .convert
  ) throws -> (image: RGBImage, profile: ProfileOutcome) {
    let size = try RGBImage(decoding: file)
    return try DecodingPlan(of: file, .stretch, width: size.width, height: size.height, profile: use)
      .image(of: file)
  }

  /// Display P3, Adobe RGB and sRGB, gray, a table of RGB and one of CMYK; in JPEG, PNG and WebP.
  @Test func `colours are those that Pillow's ImageCms gives, within 1`() throws {
    let names = try Fixtures.names(in: "profile", ending: ".ppm")
    #expect(names.count == 15)
    for name in names {
      let stem = name.dropLast(".ppm".count)
      let file = try Fixtures.bytes("profile/\(stem.replacing("-", with: "."))")
      let (image, outcome) = try read(file)
      #expect(image.difference(from: try Fixtures.picture("profile/\(name)")) <= 1, "\(name)")
      #expect(outcome == (stem.hasPrefix("srgb") ? .srgb : .converted), "\(name)")
    }
  }

  @Test func `an sRGB profile changes nothing, nor does one that is to be ignored, nor none`() throws {
    let srgb = try Fixtures.bytes("profile/srgb.jpg")
    #expect(try read(srgb).image == RGBImage(decoding: srgb))
    for name in ["p3.png", "p3.webp", "gray.jpg", "cmyk.jpg"] {
      let file = try Fixtures.bytes("profile/\(name)")
      let (image, outcome) = try read(file, .ignore)
      #expect(try image == RGBImage(decoding: file) && outcome == .none, "\(name)")
    }
    let plain = try Fixtures.bytes("jpeg/baseline-444.jpg")
    let (image, outcome) = try read(plain)
    #expect(try image == RGBImage(decoding: plain) && outcome == .none)
  }

  /// The picture with another profile, in pieces of at most so many bytes.
  private func jpeg(_ profile: [UInt8], piece: Int = 60_000, shuffled: Bool = false) throws -> [UInt8] {
    let file = try Fixtures.bytes("jpeg/baseline-444.jpg")
    let pieces = stride(from: 0, to: profile.count, by: piece).map {
      profile[$0..<min($0 + piece, profile.count)]
    }
    let segments = pieces.enumerated().map { index, bytes in
      JPEGBytes.segment(0xE2, Array("ICC_PROFILE\0".utf8) + [UInt8(index + 1), UInt8(pieces.count)] + bytes)
    }
    return file[..<2] + (shuffled ? segments.reversed() : segments).flatMap(\.self) + file[2...]
  }

  @Test func `a profile in pieces is whole in any order, and unusable where one is missing`() throws {
    let profile = try Fixtures.bytes("profile/p3.icc")
    let whole = try read(jpeg(profile))
    #expect(whole.profile == .converted)
    for shuffled in [false, true] {
      let pieces = try jpeg(profile, piece: 1000, shuffled: shuffled)
      #expect(try read(pieces).image == whole.image)
    }
    let pieces = try jpeg(profile, piece: 1000)
    let first = try #require(JPEGBytes.positions(of: 0xE2, in: pieces).first)
    let length = 2 + Int(pieces[first + 2]) << 8 + Int(pieces[first + 3])
    let missing = Array(pieces[..<first] + pieces[(first + length)...])
    #expect(try read(missing).profile == .unusable)
    #expect(try read(missing).image == RGBImage(decoding: missing))
  }

  @Test func `a profile that is damaged, too large, of an odd class or for other colours is ignored`() throws
  {
    let profile = try Fixtures.bytes("profile/p3.icc")
    func changed(_ at: Int, _ text: String) -> [UInt8] {
      profile[..<at] + Array(text.utf8) + profile[(at + text.utf8.count)...]
    }
    let unusable: [(String, [UInt8])] = [
      ("nothing that makes sense", Array("no profile".utf8)), ("cut off", Array(profile.prefix(300))),
      ("a link between devices", changed(12, "link")), ("named colours", changed(12, "nmcl")),
      ("another signature", changed(36, "xxxx")), ("colours of ink", try Fixtures.bytes("profile/cmyk.icc")),
      ("gray", try Fixtures.bytes("profile/gray.icc")),
      ("larger than 1 MiB", profile + [UInt8](repeating: 0, count: 1 << 20)),
      ("a chain of steps", changed(128 + 4 + 3 * 12, "D2B0")),
    ]
    for (name, bytes) in unusable {
      let file = try jpeg(bytes)
      let (image, outcome) = try read(file)
      #expect(try image == RGBImage(decoding: file) && outcome == .unusable, "\(name)")
    }
  }

  @Test func `a profile that inflates without end is ignored`() throws {
    let zeros = RGBImage(width: 2000, height: 2000, pixels: [UInt8](repeating: 0, count: 12_000_000))
    let bomb = PNGBytes(try zeros.encoded(as: .png)).compressed
    let file = PNGBytes(try Fixtures.bytes("png/rgb8.png")).adding("iCCP", [0x78, 0, 0] + bomb).bytes
    let (image, outcome) = try read(file)
    #expect(try image == RGBImage(decoding: file) && outcome == .unusable)
  }

  /// A table's size is what a profile says of it, before there are as many bytes.
  @Test func `a profile's table that would take more memory than it may is not built`() throws {
    var profile = try Fixtures.bytes("profile/table.icc")
    let table = try #require(
      profile.indices.first { profile[$0...].starts(with: Array("mft2".utf8)) })
    profile[table + 10] = 255
    #expect(ColourProfile(profile, colours: .rgb) == nil)
  }

  @Test func `a gray picture takes an RGB profile, and transparency stays white`() throws {
    let profile = try #require(ColourProfile(Fixtures.bytes("profile/adobe.icc"), colours: .gray))
    let white = profile.converted([255, 255, 255, 0, 0, 0])
    #expect(white == [255, 255, 255, 0, 0, 0])
  }

  /// Whatever comes out, nothing may crash; the sanitizers watch.
  @Test(arguments: [UInt64(6), 7])
  func `random changes of a profile are used or ignored`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for (name, colours) in [("p3", .rgb), ("table", .rgb), ("cmyk", .cmyk), ("gray", .gray)]
      as [(String, PictureHeader.Colours)]
    {
      let original = try Fixtures.bytes("profile/\(name).icc")
      for _ in 0..<60 {
        var bytes = original
        for _ in 0...Int.random(in: 0..<4, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let pixels = [UInt8](repeating: 77, count: 4 * colours.samples)
        guard let profile = ColourProfile(bytes, colours: colours) else { continue }
        #expect(profile.converted(pixels).count == 12, "\(name), seed \(seed)")
      }
    }
  }
}
