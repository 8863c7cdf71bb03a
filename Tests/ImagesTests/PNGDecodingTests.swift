import Images
import Testing

@Suite struct PNGDecodingTests {
  /// gray 1 to 16, palette 1 to 8, RGB 8 and 16, with alpha, with a transparent colour, interlaced and not, sizes
  /// that leave passes empty, ancillary chunks, an animation.
  @Test func `every kind of PNG gives the pixels that Pillow and the specification give`() throws {
    let names = try Fixtures.names(in: "png", ending: ".png")
    #expect(names.count > 60)
    for name in names {
      let stem = name.dropLast(".png".count)
      let plain = stem.hasSuffix("-interlaced") ? stem.dropLast("-interlaced".count) : stem
      let image = try RGBImage(decoding: Fixtures.bytes("png/\(name)"))
      #expect(image == (try Fixtures.picture("png/\(plain).ppm")), "\(name)")
    }
  }

  @Test func `bytes after the end of the file do not matter`() throws {
    let bytes = try Fixtures.bytes("png/rgb8.png")
    #expect(try RGBImage(decoding: bytes + [1, 2, 3]) == RGBImage(decoding: bytes))
  }

  @Test func `several IDAT chunks are one stream`() throws {
    let bytes = try Fixtures.bytes("png/rgba8.png")
    var png = PNGBytes(bytes)
    let at = try #require(png.chunks.firstIndex { $0.type == "IDAT" })
    let split = png.chunks[at].data.map { PNGBytes.Chunk(type: "IDAT", data: [$0]) }
    png.chunks.replaceSubrange(at...at, with: split)
    #expect(try RGBImage(decoding: png.bytes) == RGBImage(decoding: bytes))
  }
}
