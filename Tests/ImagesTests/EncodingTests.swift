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

  @Test(arguments: [ImageFormat.jpeg, .webp])
  func `a lossy picture is close, closer and larger at a higher quality`(format: ImageFormat) throws {
    let image = try Fixtures.picture("orientation/1-png.ppm").resized(width: 200, height: 150)
    var last = (error: Double.infinity, count: 0)
    for quality in [30, 60, 89, 90, 100] {
      let bytes = try image.encoded(as: format, quality: quality)
      #expect(FileKind(bytes) == .picture(format))
      let decoded = try RGBImage(decoding: bytes)
      let squares = zip(decoded.pixels, image.pixels).map {
        (Double($0) - Double($1)) * (Double($0) - Double($1))
      }
      let error = squares.reduce(0, +) / Double(squares.count)
      #expect(error < last.error && bytes.count > last.count, "quality \(quality)")
      last = (error, bytes.count)
    }
    // A WebP's colour is at half the resolution, whatever the quality.
    #expect(last.error < (format == .jpeg ? 1 : 10))
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
    for format in [ImageFormat.jpeg, .webp] {
      #expect(try image.encoded(as: format, quality: .max) == image.encoded(as: format, quality: 100))
      #expect(try image.encoded(as: format, quality: -5) == image.encoded(as: format, quality: 1))
    }
  }

  @Test(arguments: [(ImageFormat.jpeg, 65_500), (.webp, 16_383)])
  func `a side that the format cannot store is an error that says so`(format: ImageFormat, most: Int) {
    let width = most + 1
    let image = RGBImage(width: width, height: 1, pixels: [UInt8](repeating: 7, count: 3 * width))
    let error = #expect(throws: ImageError.self) { try image.encoded(as: format) }
    #expect(error?.kind == .tooLarge)
    #expect(error?.description.contains("\(most)") == true)
  }

  @Test func `noise larger than the first buffer is written whole`() throws {
    let image = RGBImage.noise(width: 400, height: 400, seed: 14)
    #expect(try RGBImage(decoding: image.encoded(as: .png)) == image)
    let jpeg = try image.encoded(as: .jpeg, quality: 100)
    #expect(jpeg.count > 65_536)
    #expect(try RGBImage(decoding: jpeg).width == 400)
  }
}
