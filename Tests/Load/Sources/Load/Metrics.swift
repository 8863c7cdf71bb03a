/// What a server says of itself under `/metrics`.
struct Metrics {
  private var values: [String: Double] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
        continue
      }
      values[String(line[..<space])] = value
    }
  }

  /// - Parameter name: with its labels, as it is written there.
  subscript(name: String) -> Double { values[name] ?? 0 }

  /// All of one name, whatever their labels.
  func sum(_ name: String) -> Double {
    values.filter { $0.key.hasPrefix(name + "{") }.values.reduce(0, +)
  }
}

/// How soon a server answers, by its own histogram.
struct AnswerTimes {
  private var within: [String: Double] = [:]

  /// What has been counted between two looks.
  mutating func add(from earlier: Metrics, to later: Metrics) {
    for (kind, bound) in [("probe", "0.05"), ("refusal", "0.005"), ("probe", "+Inf"), ("refusal", "+Inf")] {
      let name = "ugatit_http_answer_seconds_bucket{kind=\"\(kind)\",le=\"\(bound)\"}"
      within[kind + bound, default: 0] += later[name] - earlier[name]
    }
  }

  func report(_ kind: String, _ bound: String, _ report: inout Report) {
    let count = within[kind + "+Inf"] ?? 0
    let share = (within[kind + bound] ?? 0) / max(count, 1)
    report.line(
      "  \(kind) answers within \(bound) s, by itself", 100 * share, "% of \(Int(count))", atLeast: 99)
  }
}
