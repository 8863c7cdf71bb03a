import Images
import Testing

@Suite struct HeatmapTests {
  private func map() throws -> Heatmap {
    let bytes = try Fixtures.bytes("heatmap/values.f32")
    let values = stride(from: 0, to: bytes.count, by: 4).map { at in
      Float(bitPattern: UInt32(bigEndian: ArraySlice(bytes[at..<at + 4].reversed())))
    }
    return Heatmap(width: 8, height: 8, values: values)
  }

  @Test func `levels are those of the public code`() throws {
    let gray = try map().picture(style: .gray, width: 8, height: 8)
    #expect(gray == (try Fixtures.picture("heatmap/levels.ppm")))
  }

  @Test func `enlarging is within one level of OpenCV's`() throws {
    let gray = try map().picture(style: .gray, width: 24, height: 24)
    #expect(gray.difference(from: try Fixtures.picture("heatmap/gray-24x24.ppm")) <= 1)
  }

  @Test func `jet has OpenCV's colours`() throws {
    let ramp = Heatmap(width: 256, height: 1, values: (0..<256).map { Float($0) })
    let levels = ramp.picture(style: .gray, width: 256, height: 1)
    let colours = ramp.picture(style: .jet, width: 256, height: 1)
    let table = try Fixtures.picture("heatmap/jet.ppm")
    for x in 0..<256 {
      let level = Int(levels.pixels[3 * x])
      #expect(level == x || level == x - 1, "x / 255 * 255, cut to an integer")
      // Its decimal constants fall just below one half here.
      let expected = level == 159 ? [254, 255, 2] : table.pixels[3 * level..<3 * level + 3]
      #expect(colours.pixels[3 * x..<3 * x + 3] == expected, "level \(level)")
    }
  }

  @Test func `overlay is two parts jet and three parts picture, rounded`() throws {
    let map = try map()
    let image = RGBImage.noise(width: 10, height: 6, seed: 8)
    let jet = map.picture(style: .jet, width: 20, height: 12)
    let overlay = map.picture(style: .overlay, width: 20, height: 12, over: image)
    let under = image.resized(width: 20, height: 12)
    for i in overlay.pixels.indices {
      let exact = 0.4 * Double(jet.pixels[i]) + 0.6 * Double(under.pixels[i])
      #expect(abs(Double(overlay.pixels[i]) - exact) <= 0.5)
    }
    #expect(map.picture(style: .overlay, width: 20, height: 12) == jet)
  }

  @Test func `a constant map is dark, not a division by zero`() {
    for value: Float in [0, -3.5, 1e30] {
      let map = Heatmap(width: 2, height: 2, values: [value, value, value, value])
      #expect(map.picture(style: .gray, width: 2, height: 2).pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test func `values that are not finite are dark and do not disturb the others`() {
    let map = Heatmap(width: 3, height: 2, values: [.nan, .infinity, -.infinity, 0, 1, 2])
    let gray = map.picture(style: .gray, width: 3, height: 2)
    #expect(stride(from: 0, to: 18, by: 3).map { gray.pixels[$0] } == [0, 0, 0, 0, 127, 255])
    let none = Heatmap(width: 1, height: 1, values: [.nan])
    #expect(none.picture(style: .gray, width: 1, height: 1).pixels == [0, 0, 0])
  }

  @Test func `the widest range of floats is a range`() {
    let great = Float.greatestFiniteMagnitude
    let map = Heatmap(width: 3, height: 1, values: [-great, 0, great])
    let gray = map.picture(style: .gray, width: 3, height: 1)
    #expect([gray.pixels[0], gray.pixels[3], gray.pixels[6]] == [0, 127, 255])
  }
}
