import Synchronization

/// Lets each client have so many requests a minute: a bucket of that many, which fills evenly and which a client that
/// has been quiet finds full.
///
/// Buckets are kept as the generic cell rate algorithm has them (ITU-T I.371, annex A): one number for a client, the
/// time at which its bucket will be full again.  These numbers lie in a count-min sketch (Cormode and Muthukrishnan,
/// 2005): a few rows of fixed length, a client in one place of each, chosen by a hash that is seeded anew in every
/// process; the smallest of its numbers is its own, or somebody's who shares all of its places.  So memory is the same
/// for one client and for an attacker with all of a network's addresses, nobody's limit is ever forgotten to make room,
/// and an attacker who keeps the buckets of a tenth of all places empty meets a given client with a chance of 1 in
/// 10,000.
final class RateLimiter: Sendable {
  private static let rows = 4

  private let width: Int
  /// Nanoseconds in which one request's worth flows in.
  private let interval: Int64
  /// Nanoseconds in which an empty bucket becomes full.
  private let fillTime: Int64
  private let start: ContinuousClock.Instant
  /// Row by row, in nanoseconds since `start`.
  private let fullTimes: Mutex<[Int64]>

  /// - Parameters:
  ///   - requestsPerMinute: above 0.
  ///   - width: places in a row; 65,536 take 2 MiB.
  init(requestsPerMinute: Int, width: Int = 1 << 16, start: ContinuousClock.Instant = .now) {
    self.width = width
    self.start = start
    interval = 60_000_000_000 / Int64(requestsPerMinute)
    fillTime = interval * Int64(requestsPerMinute)
    fullTimes = Mutex(Array(repeating: 0, count: Self.rows * width))
  }

  /// Takes a request's worth out of a client's bucket.
  ///
  /// - Returns: nil, or how long to wait where there is none in it; waiting is then all it costs.
  func admit(_ client: some Hashable, now: ContinuousClock.Instant = .now) -> Duration? {
    let places = places(of: client)
    let now = nanoseconds(now)
    return fullTimes.withLock { fullTimes in
      let full = max(now, Self.smallest(fullTimes, places)) + interval
      guard full - now <= fillTime else { return .nanoseconds(full - now - fillTime) }
      Self.raise(&fullTimes, places, to: full)
      return nil
    }
  }

  /// Takes more out, even more than there is: the client waits the longer the next time.
  func charge(_ client: some Hashable, requests: Int, now: ContinuousClock.Instant = .now) {
    let places = places(of: client)
    let now = nanoseconds(now)
    fullTimes.withLock { fullTimes in
      let full = max(now, Self.smallest(fullTimes, places)) + interval * Int64(requests)
      Self.raise(&fullTimes, places, to: full)
    }
  }

  private func nanoseconds(_ time: ContinuousClock.Instant) -> Int64 {
    Int64(start.duration(to: time) / .nanoseconds(1))
  }

  private func places(of client: some Hashable) -> [Int] {
    (0..<Self.rows).map { row in
      var hasher = Hasher()
      hasher.combine(row)
      hasher.combine(client)
      return row * width + Int(UInt(bitPattern: hasher.finalize()) % UInt(width))
    }
  }

  private static func smallest(_ fullTimes: [Int64], _ places: [Int]) -> Int64 {
    places.map { fullTimes[$0] }.min() ?? 0
  }

  /// Only as far as this client alone would, so that those who share a place are hurt least.
  private static func raise(_ fullTimes: inout [Int64], _ places: [Int], to full: Int64) {
    for place in places { fullTimes[place] = max(fullTimes[place], full) }
  }
}
