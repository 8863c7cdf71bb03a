import Testing

/// What a kernel must leave in its output: for every element the exact result and how far rounding may move it, or
/// that it must not be touched.
struct Expectation {
  /// Marks what nobody has written: a NaN that no computation gives.
  static let untouched = Float(bitPattern: 0x7fc5_a5a5)
  /// Relative error of one rounding to float.
  static let unit = 0x1p-24
  /// Relative error of one rounding to bfloat16.
  static let bfloatUnit = 0x1p-8

  private(set) var values: [Double]
  /// Negative where the element must stay as it is.
  private(set) var bounds: [Double]

  init(count: Int) {
    values = [Double](repeating: 0, count: count)
    bounds = [Double](repeating: -1, count: count)
  }

  /// - Parameters:
  ///   - magnitude: sum of the absolute values of the terms that make up `value`.
  ///   - roundings: that a term goes through on its way, at most.  Then the error is below
  ///     `roundings · unit · magnitude`, in whatever order the terms are added (Higham, Accuracy and Stability of
  ///     Numerical Algorithms, section 3.1).
  mutating func set(_ index: Int, to value: Double, magnitude: Double, roundings: Int) {
    set(index, to: value, within: 1.01 * Double(roundings) * Self.unit * magnitude)
  }

  mutating func set(_ index: Int, to value: Double, within bound: Double) {
    values[index] = value
    // The smallest normal float, because units that flush subnormal numbers to zero are welcome to.
    bounds[index] = bound + 0x1p-126
  }

  /// Lets a kernel write what it likes to an element that nobody reads.
  mutating func ignore(_ index: Int) { bounds[index] = .infinity }

  /// The first element that is wrong, in words.
  func mismatch(_ actual: UnsafePointer<Float>) -> String? {
    values.withUnsafeBufferPointer { values in
      bounds.withUnsafeBufferPointer { bounds in
        var index = 0
        while index < values.count {
          let value = actual[index]
          if bounds[index] < 0 {
            if value.bitPattern != Self.untouched.bitPattern {
              return "[\(index)] was overwritten with \(value)"
            }
          } else if bounds[index] < .infinity, !((Double(value) - values[index]).magnitude <= bounds[index]) {
            return "[\(index)] is \(value), not \(values[index]) ± \(bounds[index])"
          }
          index += 1
        }
        return nil
      }
    }
  }

  /// Records an issue that names the case and the seed unless `actual` is as expected.
  func check(
    _ actual: GuardedMemory<Float>, _ what: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    precondition(actual.count == values.count)
    guard let mismatch = mismatch(actual.base) else { return }
    Issue.record("\(what()): \(mismatch) (seed \(Noise.seed))", sourceLocation: sourceLocation)
  }
}

extension GuardedMemory<Float> {
  /// An output that nobody has written yet.
  static func output(_ count: Int, against side: GuardSide = .upper) -> GuardedMemory<Float> {
    GuardedMemory(repeating: Expectation.untouched, count: count, against: side)
  }
}
