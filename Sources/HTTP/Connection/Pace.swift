/// Whether a client that keeps the server waiting sends, or takes, as much as is asked of it.
///
/// It has a stock of patience: waiting uses it up, every byte brings back what the minimum rate gives it, and it never
/// holds more than at the beginning.  So silence of that length ends it, and so does less than the rate before long, while
/// a quick beginning earns nothing that silence could be paid with later.  Who is never silent for so long and keeps to
/// the rate from one silence to the next never uses it up: a window that slides over the bytes would refuse such a client
/// whenever its edge cut between two bursts.  Only waiting counts, so nobody is blamed for a server that does not read.
package struct Pace: Sendable {
  /// In nanoseconds of waiting.
  private var patience: UInt64
  private let maximum: UInt64
  /// Nanoseconds that a byte brings back.
  private let byte: Double
  private var start: UInt64?

  /// - Parameters:
  ///   - patience: in nanoseconds.
  ///   - rate: in bytes a second.
  ///   - step: bytes that may come all at once though they were sent evenly; they bring back patience beyond what
  ///     there was at the beginning.
  package init(patience: UInt64, rate: Int, step: Int = 0) {
    self.patience = patience
    byte = 1e9 / Double(rate)
    maximum = patience + Self.time(step, byte)
  }

  /// When the patience is used up if nothing more comes, `.max` while nobody waits.
  package var deadline: UInt64 {
    guard let start else { return .max }
    return start + patience
  }

  /// From `now` on the client is waited for.
  package mutating func wait(_ now: UInt64) {
    stop(now)
    start = now
  }

  /// From `now` on nobody waits.
  mutating func stop(_ now: UInt64) {
    guard let start else { return }
    patience -= min(patience, now - start)
    self.start = nil
  }

  /// - Parameter count: bytes that have come since the last call, now, so that they count against the waiting so far.
  package mutating func credit(_ count: Int, _ now: UInt64) {
    if start != nil { wait(now) }
    patience = min(patience + Self.time(count, byte), maximum)
  }

  /// What so many bytes bring back: at most 30 years, so that sums stay in range.
  private static func time(_ count: Int, _ byte: Double) -> UInt64 { UInt64(min(Double(count) * byte, 1e18)) }
}
