import Synchronization

/// How fast the network was the last time.
final class Pace: Sendable {
  private let nanoseconds = Atomic<Int64>(0)

  func record(_ perImage: Duration) {
    nanoseconds.store(Int64(perImage / .nanoseconds(1)), ordering: .relaxed)
  }

  /// Zero until the first batch.
  var perImage: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }
}
