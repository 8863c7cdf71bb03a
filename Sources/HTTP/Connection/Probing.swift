/// When to ask a client that has ended its side whether it is still there.
///
/// A client that closes its connection and one that only says that it has sent everything (`shutdown(SHUT_WR)`, as
/// `nc -N` does) look the same: both send a FIN, and nothing follows.  The second waits for its answer; for the first
/// the handler works in vain.  What tells them apart is that a system answers whatever comes for a closed socket with
/// a reset, so something has to be sent that a client still there does not mind.  HTTP/1.1 has such a thing: a client
/// must take any number of 100 Continue before the final answer, also unasked (RFC 9110 section 15.2).  HTTP/1.0 has
/// none: there the handler finishes.
///
/// A reset, by contrast, says at once that the client is gone, and the poller reports it whatever the connection is
/// doing.  A client whose machine has vanished says nothing at all; that shows only when an answer is not read.
struct Probing {
  private(set) var next: UInt64
  private var interval = first

  /// Most handlers are done before the first.
  private static let first: UInt64 = 1_000_000_000

  init(now: UInt64) { next = now + Self.first }

  /// Waits twice as long: a client that stays sees few probes, and one that goes later is noticed before as much time
  /// again has passed.
  mutating func repeatLater(_ now: UInt64) {
    interval *= 2
    next = now + interval
  }
}
