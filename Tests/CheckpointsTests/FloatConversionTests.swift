import Testing

@testable import Checkpoints

@Suite struct FloatConversionTests {
  @Test func everyHalfBecomesTheFloatOfTheSameValue() {
    for pattern in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: pattern))
      let converted = float(fromHalf: pattern)
      // The hardware makes a signalling NaN quiet; what matters is that it stays one.
      guard expected.isNaN ? converted.isNaN : converted.bitPattern == expected.bitPattern else {
        Issue.record("half \(pattern) became \(converted), not \(expected)")
        return
      }
    }
  }

  @Test func everyFiniteHalfComesBackFromItsFloat() {
    for pattern in UInt16.min...UInt16.max where Float16(bitPattern: pattern).isFinite {
      guard half(nearest: float(fromHalf: pattern)) == pattern else {
        Issue.record("half \(pattern) did not come back")
        return
      }
    }
  }

  @Test func floatsAreRoundedToTheNearestHalfTiesToEven() {
    let seed: UInt64 = 20_190_725
    var generator = SeededGenerator(state: seed)
    for _ in 0..<200_000 {
      // Around every half, its ties with the next one, and numbers just beside them.
      let pattern = UInt16.random(in: 0...UInt16.max, using: &generator)
      let exact = float(fromHalf: pattern)
      guard exact.isFinite else { continue }
      let tie = (exact.bitPattern | 0x1000) &+ UInt32.random(in: 0...2, using: &generator) &- 1
      for value in [
        Float(bitPattern: tie), Float(bitPattern: UInt32.random(in: 0...(.max), using: &generator)),
      ]
      where !value.isNaN {
        guard half(nearest: value) == Float16(value).bitPattern else {
          Issue.record("\(value) became half \(half(nearest: value)), seed \(seed)")
          return
        }
      }
    }
  }

  @Test func halvesOverflowFrom65520On() {
    #expect(half(nearest: 65519.996) == 0x7BFF)
    #expect(half(nearest: 65520) == 0x7C00)
    #expect(half(nearest: -1e30) == 0xFC00)
    #expect(half(nearest: .infinity) == 0x7C00)
  }

  @Test func theSmallestHalvesAreRoundedTiesToEven() {
    #expect(half(nearest: 0x1p-25) == 0)  // half of the smallest: a tie, even is 0
    #expect(half(nearest: (0x1p-25 as Float).nextUp) == 1)
    #expect(half(nearest: 0x1.8p-24) == 2)
    #expect(half(nearest: -0.0) == 0x8000)
    #expect(half(nearest: .leastNonzeroMagnitude) == 0)
  }
}
