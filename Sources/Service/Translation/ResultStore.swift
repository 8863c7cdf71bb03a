import OrderedCollections
import Synchronization

/// What is kept of a translation: where each network looked that has a class activation map, and was asked.
struct KeptResult: Sendable {
  let key: ModelKey
  let explanations: [HeatmapSource: Explanation]

  init(key: ModelKey, explanations: [HeatmapSource: Explanation]) {
    self.key = key
    self.explanations = explanations
  }

  init(_ translation: Translation) {
    key = translation.key
    var explanations: [HeatmapSource: Explanation] = [:]
    explanations[.generator] = translation.explanation
    for judgement in translation.judgements {
      explanations[HeatmapSource(judgement.kind)] = judgement.explanation
    }
    self.explanations = explanations
  }

  /// Memory of its pictures.
  fileprivate var byteCount: Int { explanations.values.reduce(0) { $0 + $1.byteCount } }
}

/// Keeps what is needed to draw the heatmaps of the latest translations: bounded in number, in memory and in time.
final class ResultStore: Sendable {
  private struct Entry {
    let result: KeptResult
    let expiry: ContinuousClock.Instant
  }

  private struct State {
    /// Oldest first.
    var entries: OrderedDictionary<String, Entry> = [:]
    var byteCount = 0
    var maxBytes: Int

    mutating func dropOldest() {
      byteCount -= entries.removeFirst().value.result.byteCount
    }

    mutating func dropExpired(_ now: ContinuousClock.Instant) {
      while let oldest = entries.values.first, oldest.expiry <= now { dropOldest() }
    }
  }

  /// Bytes that a result takes beside its pictures, near enough: its names, and its place in the store.
  static let overhead = 1024

  private let maxCount: Int
  private let lifetime: Duration
  private let state: Mutex<State>

  /// - Parameters:
  ///   - maxBytes: of all results together; a result that alone is larger is not kept.
  ///   - lifetime: from when a result is kept.
  init(maxCount: Int, maxBytes: Int, lifetime: Duration) {
    self.maxCount = maxCount
    state = Mutex(State(maxBytes: maxBytes))
    self.lifetime = lifetime
  }

  var count: Int { state.withLock { $0.entries.count } }
  var byteCount: Int { state.withLock { $0.byteCount } }

  /// Bounds what will be kept, before anything is.
  func limit(bytes: Int) { state.withLock { $0.maxBytes = bytes } }

  /// - Returns: the name to find it by, 128 random bits in hexadecimal: who was not told it will not guess it.
  func keep(_ result: KeptResult, now: ContinuousClock.Instant = .now) -> String {
    let id = Self.makeID()
    state.withLock { state in
      state.dropExpired(now)
      state.entries[id] = Entry(result: result, expiry: now + lifetime)
      state.byteCount += result.byteCount
      while state.entries.count > maxCount || state.byteCount > state.maxBytes { state.dropOldest() }
    }
    return id
  }

  /// Nil for what was never kept, and for what no longer is.
  func find(_ id: String, now: ContinuousClock.Instant = .now) -> KeptResult? {
    state.withLock { state in
      state.dropExpired(now)
      return state.entries[id]?.result
    }
  }

  /// From the system's generator, which is fit for secrets (getrandom(2)).
  static func makeID() -> String {
    (0..<2).map { _ in UInt64.random(in: .min ... .max).hexadecimal }.joined()
  }
}
