// A client that closes its connection and one that only says that it has sent everything (`shutdown(SHUT_WR)`, as
// `nc -N` does) look the same: both send a FIN, and nothing follows.  The second waits for its answer; for the first
// the handler works in vain.  What tells them apart is that a system answers whatever comes for a closed socket with a
// reset, so something has to be sent that a client still there does not mind.  HTTP/1.1 has such a thing: a client
// must take any number of 100 Continue before the final answer, also unasked (RFC 9110 section 15.2).
//
// A reset, by contrast, says at once that the client is gone, and the poller reports it whatever the connection is
// doing.  A client whose machine has vanished says nothing at all; that shows only when an answer is not read.

extension Connection {
  /// The client has ended its side while a handler is at work.
  ///
  /// Most handlers are done before the first probe.  HTTP/1.0 has no such thing to send: there the handler finishes.
  func beginProbing() {
    guard exchange?.isVersion11 == true else { return }
    exchange?.probeInterval = Self.firstProbe
    setDeadline(after: Self.firstProbe)
  }

  /// Sends what a closed socket answers with a reset.
  func probe() {
    guard let interval = exchange?.probeInterval else { return }
    if output.isEmpty {
      output.append(Self.interimAnswer)
      flush()
    }
    guard phase == .exchange else { return }
    // A client that stays sees few of them; one that goes later is noticed before as much time again has passed.
    exchange?.probeInterval = interval * 2
    setDeadline(after: interval * 2)
  }

  private static let firstProbe = Duration.seconds(1)

  /// `100 Continue` and the empty line behind it.
  static let interimAnswer = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
