/// Repeated measurements of one thing; the median is the figure to quote.
struct Samples {
  /// Seconds, ascending.
  let sorted: [Double]

  init(_ seconds: [Double]) {
    precondition(!seconds.isEmpty)
    sorted = seconds.sorted()
  }

  var minimum: Double { sorted[0] }
  var median: Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
  var maximum: Double { sorted[sorted.count - 1] }

  /// Seconds that each of `runs` calls takes, after one that is not counted.
  static func measure(runs: Int, _ body: () throws -> Void) rethrows -> Samples {
    try body()
    let clock = ContinuousClock()
    return try Samples((0..<runs).map { _ in try clock.measure(body) / .seconds(1) })
  }

  func divided(by divisor: Double) -> Samples { Samples(sorted.map { $0 / divisor }) }
}

/// A number with a fixed count of decimals, for tables.
func fixed(_ value: Double, _ decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 && scaled != 0 ? "-" : ""
  return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// Text filled up to a column's width, on the left for numbers.
func column(_ text: String, _ width: Int, leading: Bool = false) -> String {
  let fill = String(repeating: " ", count: max(0, width - text.count))
  return leading ? text + fill : fill + text
}
