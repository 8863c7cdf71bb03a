import Synchronization

/// Metrics of one name: a sample for every combination of label values that has occurred.
///
/// Label values must be of bounded variety (a route's pattern, never a path), because each is kept for good.
protocol MetricFamily: Sendable {
  var name: String { get }
  var help: String { get }
  /// `counter`, `gauge` or `histogram`.
  var type: String { get }
  /// One line per sample, each ended by a newline.
  func samples() -> String
}

/// A number that only grows.
final class Counter: MetricFamily {
  let name: String
  let help: String
  let type = "counter"
  private let labels: [String]
  private let values: Mutex<[[String]: Double]>

  /// - Parameter expected: combinations of label values that are there from the start, as 0: a rate over time does not
  ///   see the first event of one that was not there before.
  init(_ name: String, _ help: String, labels: [String] = [], expected: [[String]] = []) {
    self.name = name
    self.help = help
    self.labels = labels
    let known = labels.isEmpty ? [[]] : expected
    values = Mutex(Dictionary(uniqueKeysWithValues: known.map { ($0, 0) }))
  }

  /// As `expected`, of what becomes known later.
  func expect(_ labelValues: [[String]]) {
    values.withLock { values in
      for known in labelValues { values[known, default: 0] += 0 }
    }
  }

  func increment(by amount: Double = 1, _ labelValues: String...) {
    precondition(labelValues.count == labels.count && amount >= 0)
    values.withLock { $0[labelValues, default: 0] += amount }
  }

  func samples() -> String {
    values.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      Exposition.sample(name, labels, $0.key, $0.value)
    }.joined()
  }
}

/// A number that is read when somebody asks; nil where it cannot be known.
final class Gauge: MetricFamily {
  let name: String
  let help: String
  let type: String
  private let read: @Sendable () -> [(labels: [(String, String)], value: Double)]

  init(
    _ name: String, _ help: String, type: String = "gauge",
    samples: @escaping @Sendable () -> [(labels: [(String, String)], value: Double)]
  ) {
    self.name = name
    self.help = help
    self.type = type
    read = samples
  }

  convenience init(
    _ name: String, _ help: String, type: String = "gauge", read: @escaping @Sendable () -> Double?
  ) {
    self.init(name, help, type: type, samples: { read().map { [([], $0)] } ?? [] })
  }

  func samples() -> String {
    read().map { Exposition.sample(name, $0.labels.map(\.0), $0.labels.map(\.1), $0.value) }.joined()
  }
}

/// How often values fell below each of a few bounds.
final class Histogram: MetricFamily {
  private struct Tally {
    /// Per bucket, not cumulative; the last one is for values above every bound.
    var counts: [UInt64]
    var sum = 0.0
  }

  let name: String
  let help: String
  let type = "histogram"
  private let labels: [String]
  private let bounds: [Double]
  private let empty: Tally
  private let tallies: Mutex<[[String]: Tally]>

  /// - Parameters:
  ///   - bounds: upper bounds, inclusive, ascending.
  ///   - expected: as of a counter.
  init(
    _ name: String, _ help: String, labels: [String] = [], bounds: [Double], expected: [[String]] = []
  ) {
    self.name = name
    self.help = help
    self.labels = labels
    self.bounds = bounds
    empty = Tally(counts: Array(repeating: 0, count: bounds.count + 1))
    tallies = Mutex([:])
    expect(labels.isEmpty ? [[]] : expected)
  }

  /// As of a counter.
  func expect(_ labelValues: [[String]]) {
    tallies.withLock { tallies in
      for known in labelValues where tallies[known] == nil { tallies[known] = empty }
    }
  }

  func observe(_ value: Double, _ labelValues: String...) {
    precondition(labelValues.count == labels.count)
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    tallies.withLock { tallies in
      tallies[labelValues, default: empty].counts[bucket] += 1
      tallies[labelValues, default: empty].sum += value
    }
  }

  func samples() -> String {
    var text = ""
    let tallies = tallies.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (values, tally) in tallies {
      var cumulative: UInt64 = 0
      for (bound, count) in zip(bounds + [.infinity], tally.counts) {
        cumulative += count
        text += Exposition.sample(
          name + "_bucket", labels + ["le"], values + [Exposition.number(bound)], Double(cumulative))
      }
      text += Exposition.sample(name + "_sum", labels, values, tally.sum)
      text += Exposition.sample(name + "_count", labels, values, Double(cumulative))
    }
    return text
  }
}
