import Testing

@testable import Images

@Suite("Resampling filters")
struct ResamplingFilterTests {
  /// Worked out by hand from the papers' formulas.
  @Test(
    "Their weights",
    arguments: [
      (ResamplingFilter.bilinear, 0.0, 1.0), (.bilinear, 0.25, 0.75), (.bilinear, -0.75, 0.25),
      (.bilinear, 1.5, 0),
      (.bicubic, 0, 1), (.bicubic, 0.5, 0.5625), (.bicubic, 1, 0), (.bicubic, -1.5, -0.0625),
      (.bicubic, 1.25, -0.0703125),
      (.bicubic, 2, 0), (.bicubic, -2.5, 0),
    ])
  func weights(filter: ResamplingFilter, distance: Double, weight: Double) {
    #expect(filter.weight(at: distance) == weight)
  }

  @Test(
    "Wherever the centre lies, they add up to 1 and take a slope for what it is",
    arguments: ResamplingFilter.allCases)
  func sums(filter: ResamplingFilter) {
    for step in 0..<16 {
      let centre = Double(step) / 16
      let places = (-3...4).map(Double.init)
      let weights = places.map { filter.weight(at: $0 - centre) }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      #expect(abs(zip(places, weights).reduce(0) { $0 + $1.0 * $1.1 } - centre) < 1e-12)
    }
  }
}
