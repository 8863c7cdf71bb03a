import Glibc

/// Lines of figures, and whether all their bounds are kept.
struct Report {
  private(set) var isKept = true

  func section(_ title: String) { print("\n\(title)") }

  func line(_ name: String, _ value: String) {
    print("  \(padded(name)) \(value)")
    // At once, also into a file.
    fflush(nil)
  }

  mutating func line(_ name: String, _ value: Double, _ unit: String, atMost bound: Double) {
    let keeps = value <= bound
    if !keeps { isKept = false }
    line(name, "\(value.short) \(unit) (at most \(bound.short))\(keeps ? "" : "  MISSED")")
  }

  mutating func line(_ name: String, _ value: Double, _ unit: String, atLeast bound: Double) {
    let keeps = value >= bound
    if !keeps { isKept = false }
    line(name, "\(value.short) \(unit) (at least \(bound.short))\(keeps ? "" : "  MISSED")")
  }

  mutating func require(_ holds: Bool, _ name: String, _ value: String) {
    if !holds { isKept = false }
    line(name, "\(value)\(holds ? "" : "  MISSED")")
  }

  private func padded(_ name: String) -> String {
    name + String(repeating: " ", count: max(0, 44 - name.count))
  }
}

extension Double {
  /// With one decimal place.
  var short: String {
    let tenths = Int((self * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}

/// Times in seconds.
struct Latencies {
  private var sorted: [Double]

  init(_ times: [Double]) { sorted = times.sorted() }

  var count: Int { sorted.count }

  /// In milliseconds; infinite when there is none.
  func milliseconds(atShare share: Double) -> Double {
    guard !sorted.isEmpty else { return .infinity }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] * 1000
  }
}
