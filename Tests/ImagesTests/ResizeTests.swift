import Images
import Testing

@Suite struct ResizeTests {
  @Test func `every size comes out as Pillow's antialiased BILINEAR`() throws {
    let names = try Fixtures.names(in: "resize", ending: ".ppm").filter { $0.contains("-to-") }
    #expect(names.count >= 20)
    for name in names {
      let source = name.prefix { $0 != "-" }
      let expected = try Fixtures.picture("resize/\(name)")
      let resized = try Fixtures.picture("resize/\(source).ppm").resized(
        width: expected.width, height: expected.height)
      #expect(resized.difference(from: expected) <= 1, "\(name)")
    }
  }

  @Test func `the same size is the same picture`() {
    let image = RGBImage.noise(width: 9, height: 5, seed: 1)
    #expect(image.resized(width: 9, height: 5) == image)
  }

  @Test(arguments: [UInt8(0), 1, 128, 255])
  func `one colour stays that colour at every size`(sample: UInt8) {
    let image = RGBImage(width: 301, height: 7, pixels: [UInt8](repeating: sample, count: 3 * 301 * 7))
    for (width, height) in [(1, 1), (300, 1), (7, 100), (640, 480)] {
      #expect(image.resized(width: width, height: height).pixels.allSatisfy { $0 == sample })
    }
  }

  @Test func `a very long row of white stays white, though its weights' rounding adds up`() {
    let width = 70_001
    let image = RGBImage(width: width, height: 1, pixels: [UInt8](repeating: 255, count: 3 * width))
    #expect(image.resized(width: 1, height: 1).pixels.allSatisfy { $0 >= 254 })
  }
}
