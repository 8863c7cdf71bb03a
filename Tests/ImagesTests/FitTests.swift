import Testing

@testable import Images

@Suite struct FitTests {
  /// Columns get their own colour, so that what was cut off or added shows.
  private func columns(_ levels: [UInt8], height: Int) -> RGBImage {
    let row = levels.flatMap { [$0, $0, $0] }
    return RGBImage(width: levels.count, height: height, pixels: (0..<height).flatMap { _ in row })
  }

  @Test func `stretch fills the size, and restoring gives the original's size`() {
    let image = RGBImage.noise(width: 12, height: 7, seed: 3)
    let (fitted, placement) = image.fitted(.stretch, width: 8, height: 8)
    #expect(fitted == image.resized(width: 8, height: 8))
    #expect(placement.restored(fitted) == fitted.resized(width: 12, height: 7))
  }

  @Test func `crop takes the middle, and restoring gives the crop's own size`() {
    let image = columns([0, 0, 10, 20, 30, 40, 0, 0], height: 4)
    let (fitted, placement) = image.fitted(.crop, width: 4, height: 4)
    #expect(fitted == columns([10, 20, 30, 40], height: 4))
    #expect(placement.restored(fitted) == fitted)

    let tall = RGBImage.noise(width: 30, height: 90, seed: 4).fitted(.crop, width: 16, height: 16)
    let restored = tall.placement.restored(tall.image)
    #expect((restored.width, restored.height) == (30, 30))
  }

  @Test func `pad shows all of it on white, and restoring cuts the white off again`() {
    let image = columns([10, 20, 30, 40], height: 8)
    let (fitted, placement) = image.fitted(.pad, width: 8, height: 8)
    #expect(fitted == columns([255, 255, 10, 20, 30, 40, 255, 255], height: 8))
    #expect(placement.restored(fitted) == image)

    let wide = RGBImage.noise(width: 90, height: 31, seed: 5).fitted(.pad, width: 32, height: 32)
    #expect((wide.image.width, wide.image.height) == (32, 32))
    #expect(wide.image.pixels.prefix(3 * 32 * 10).allSatisfy { $0 == 255 })
    #expect(wide.image.pixels.suffix(3 * 32 * 10).allSatisfy { $0 == 255 })
    let restored = wide.placement.restored(wide.image)
    #expect((restored.width, restored.height) == (90, 31))
  }

  @Test func `a picture of another size than the fitted one is restored as if it had that size`() {
    let image = RGBImage.noise(width: 20, height: 10, seed: 6)
    let (fitted, placement) = image.fitted(.pad, width: 16, height: 16)
    let large = fitted.resized(width: 64, height: 64)
    let restored = placement.restored(large)
    #expect(restored == placement.restored(large.resized(width: 16, height: 16)))
  }

  @Test(arguments: Fit.allCases)
  func `a crop is taken as if it were all there is, and restored in its own size`(fit: Fit) {
    let image = RGBImage.noise(width: 60, height: 40, seed: 8)
    for crop in [
      Rectangle(x: 7, y: 3, width: 31, height: 20), Rectangle(x: 59, y: 39, width: 1, height: 1),
      Rectangle(width: 60, height: 40),
    ] {
      let alone = Placement(fit, of: Rectangle(width: crop.width, height: crop.height), into: 16, 12)
      let placement = Placement(fit, of: crop, into: 16, 12)
      #expect(placement.target == alone.target && placement.canvas == alone.canvas)
      #expect(image.cropped(to: placement.source) == image.cropped(to: crop).cropped(to: alone.source))
      let fitted = RGBImage.noise(width: 16, height: 12, seed: 9)
      #expect(placement.restored(fitted) == alone.restored(fitted))
    }
  }

  @Test(arguments: Fit.allCases)
  func `every shape fits every shape`(fit: Fit) {
    for (width, height) in [(1, 1), (1, 50), (50, 1), (400, 3), (17, 16)] {
      let image = RGBImage.noise(width: width, height: height, seed: 7)
      for (newWidth, newHeight) in [(1, 1), (8, 8), (32, 8), (1, 9)] {
        let (fitted, placement) = image.fitted(fit, width: newWidth, height: newHeight)
        #expect((fitted.width, fitted.height) == (newWidth, newHeight))
        let restored = placement.restored(fitted)
        #expect(restored.width <= width && restored.height <= height)
        if fit != .crop { #expect((restored.width, restored.height) == (width, height)) }
      }
    }
  }
}
