import Testing

@testable import Evaluation

@Suite("Sliced Wasserstein distance")
struct SlicedWassersteinTests {
  /// Numbers in −1…1 that are the same in Python: 24 bits of a linear congruential generator.
  private func numbers(_ seed: UInt64, _ count: Int) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / 0x1p23 - 1
    }
  }

  private func set(
    _ seed: UInt64, _ count: Int, height: Int, width: Int, _ change: (Float) -> Float = { $0 }
  ) -> ImageSet {
    let size = 3 * height * width
    let all = numbers(seed, count * size).map(change)
    return ImageSet(
      height: height, width: width, images: (0..<count).map { Array(all[$0 * size..<($0 + 1) * size]) })
  }

  /// Of `wasserstein_by_level` in models/training on the same numbers.
  @Test(
    "The figures of models/training within rounding",
    arguments: [
      (3, 4, 64, 64, [(64, 90.49883), (32, 96.04484), (16, 151.76486)]),
      (2, 2, 40, 52, [(52, 112.43058), (26, 127.93723)]),
    ])
  func figures(one: Int, other: Int, height: Int, width: Int, expected: [(Int, Double)]) {
    let real = set(1, one, height: height, width: width)
    let drawn = set(2, other, height: height, width: width) { number in
      let moved = number * 0.5 + 0.2
      return moved > 0 ? moved : moved * moved
    }
    let levels = SlicedWasserstein.distances(real, drawn)
    #expect(levels.map(\.width) == expected.map(\.0))
    for (level, expected) in zip(levels, expected) {
      #expect(abs(level.distance - expected.1) < 1e-3 * expected.1, "\(level.width): \(level.distance)")
    }
  }

  @Test("The finest level of a pyramid and all coarser ones, enlarged, are the picture again")
  func pyramid() {
    let set = set(7, 1, height: 64, width: 64)
    let levels = LaplacianPyramid(set).levels
    #expect(levels.map(\.width) == [64, 32, 16] && levels.allSatisfy { $0.count == 1 })
    // A picture of one colour is all in the coarsest level.
    let flat = ImageSet(height: 64, width: 64, images: [[Float](repeating: 0.5, count: 3 * 64 * 64)])
    let parts = LaplacianPyramid(flat).levels
    #expect(parts.last!.images[0].allSatisfy { abs($0 - 0.5) < 1e-6 })
    #expect(
      parts[0].images[0].enumerated().allSatisfy { place, value in
        // But where the enlarged picture's zeros are mirrored unevenly, at the last row and column.
        let (row, column) = (place / 64 % 64, place % 64)
        return abs(value) < 1e-6 || row >= 62 || column >= 62
      })
  }

  @Test("Halves are of all images, each once, and the same each time")
  func halves() {
    let set = ImageSet(height: 1, width: 1, images: (0..<7).map { [Float($0), 0, 0] })
    let (one, other) = set.halves()
    #expect(one.count == 3 && other.count == 4)
    #expect(Set((one.images + other.images).map { $0[0] }) == Set((0..<7).map { Float($0) }))
    #expect(set.halves().0.images == one.images)
  }
}
