import Images
import Testing

@Suite struct EncodingTests {
  @Test func `a PNG gives every pixel back`() throws {
    for (width, height) in [(1, 1), (1, 300), (300, 1), (64, 64), (257, 129)] {
      let image = RGBImage.noise(width: width, height: height, seed: 10)
      let bytes = try image.encoded(as: .png)
      #expect(FileKind(bytes) == .picture(.png))
      #expect(try RGBImage(decoding: bytes) == image)
    }
  }

  @Test func `a JPEG is close to the picture, closer and larger at a higher quality`() throws {
    let image = try Fixtures.picture("orientation/1-png.ppm").resized(width: 200, height: 150)
    var last = (error: Double.infinity, count: 0)
    for quality in [30, 60, 89, 90, 100] {
      let bytes = try image.encoded(as: .jpeg, quality: quality)
      #expect(FileKind(bytes) == .picture(.jpeg))
      let decoded = try RGBImage(decoding: bytes)
      let squares = zip(decoded.pixels, image.pixels).map {
        (Double($0) - Double($1)) * (Double($0) - Double($1))
      }
      let error = squares.reduce(0, +) / Double(squares.count)
      #expect(error < last.error && bytes.count > last.count, "quality \(quality)")
      last = (error, bytes.count)
    }
    #expect(last.error < 1)
  }

  @Test func `colour is halved below quality 90 and whole from there on`() throws {
    let image = RGBImage.noise(width: 16, height: 16, seed: 12)
    func samplingFactors(quality: Int) throws -> UInt8 {
      let bytes = try image.encoded(as: .jpeg, quality: quality)
      return bytes[try #require(JPEGBytes.positions(of: 0xC0, in: bytes).first) + 11]
    }
    #expect(try samplingFactors(quality: 89) == 0x22)
    #expect(try samplingFactors(quality: 90) == 0x11)
  }

  @Test func `qualities outside of 1 to 100 are the nearest of these`() throws {
    let image = RGBImage.noise(width: 16, height: 16, seed: 13)
    #expect(try image.encoded(as: .jpeg, quality: .max) == image.encoded(as: .jpeg, quality: 100))
    #expect(try image.encoded(as: .jpeg, quality: -5) == image.encoded(as: .jpeg, quality: 1))
  }

  @Test func `a side that JPEG cannot store is an error that says so`() {
    let width = 65_501
    let image = RGBImage(width: width, height: 1, pixels: [UInt8](repeating: 7, count: 3 * width))
    let error = #expect(throws: ImageError.self) { try image.encoded(as: .jpeg) }
    #expect(error?.kind == .tooLarge)
    #expect(error?.description.contains("65500") == true)
  }

  @Test func `noise larger than the first buffer is written whole`() throws {
    let image = RGBImage.noise(width: 400, height: 400, seed: 14)
    #expect(try RGBImage(decoding: image.encoded(as: .png)) == image)
    let jpeg = try image.encoded(as: .jpeg, quality: 100)
    #expect(jpeg.count > 65_536)
    #expect(try RGBImage(decoding: jpeg).width == 400)
  }
}
