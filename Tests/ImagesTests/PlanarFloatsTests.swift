import Testing

@testable import Images

@Suite struct PlanarFloatsTests {
  @Test func `samples become planes of -1 to 1`() {
    let image = RGBImage(width: 2, height: 1, pixels: [0, 51, 255, 102, 204, 153])
    let expected: [Float] = [0, 102, 51, 204, 255, 153].map { $0 / 127.5 - 1 }
    #expect(image.planarFloats() == expected)
    #expect(image.planarFloats().first == -1 && image.planarFloats()[4] == 1)
  }

  @Test func `every sample comes back`() {
    let image = RGBImage.noise(width: 31, height: 17, seed: 9)
    #expect(RGBImage(planarFloats: image.planarFloats(), width: 31, height: 17) == image)
  }

  @Test func `floats are rounded to the nearest sample and clamped`() {
    func sample(_ value: Float) -> UInt8 {
      RGBImage(planarFloats: [value, 0, 0], width: 1, height: 1).pixels[0]
    }
    #expect(sample(-1) == 0 && sample(1) == 255)
    #expect(sample(-7) == 0 && sample(7) == 255)
    #expect(sample(.infinity) == 255 && sample(-.infinity) == 0 && sample(.nan) == 0)
    #expect(sample(0.4 / 127.5 - 1) == 0 && sample(0.6 / 127.5 - 1) == 1)
    #expect(sample(254.4 / 127.5 - 1) == 254 && sample(254.6 / 127.5 - 1) == 255)
  }

  @Test func `truncated floats are the sample below, and a sample that is met is kept`() {
    func sample(_ value: Float) -> UInt8 {
      RGBImage(planarFloats: [value, 0, 0], width: 1, height: 1, quantization: .truncated).pixels[0]
    }
    #expect(sample(-1) == 0 && sample(1) == 255 && sample(1 - 0x1p-22) == 254)
    #expect(sample(-7) == 0 && sample(7) == 255 && sample(.nan) == 0)
    #expect(sample(0.9 / 127.5 - 1) == 0 && sample(1.1 / 127.5 - 1) == 1)
    for whole in 1...255 {
      #expect(UInt8(truncatedSample: Float(whole)) == whole)
      #expect(UInt8(truncatedSample: Float(whole).nextDown) == whole - 1)
      #expect(UInt8(truncatedSample: (Float(whole) - 0.5).nextUp) == whole - 1)
    }
  }

  @Test func `halves are rounded up, their neighbours to their own side`() {
    for whole in 0..<255 {
      let half = Float(whole) + 0.5
      #expect(UInt8(sample: half.nextDown) == whole)
      #expect(UInt8(sample: half) == whole + 1)
      #expect(UInt8(sample: half.nextUp) == whole + 1)
    }
  }
}
