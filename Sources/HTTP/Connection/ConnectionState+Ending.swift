extension ConnectionState {
  /// The time behind the last answer.
  struct Lingering {
    let end: UInt64
    /// When the client has been silent for too long.
    var silence: UInt64
    var deadline: UInt64 { min(silence, end) }
  }

  /// Closes our side and reads on for a while, so that what the client is still sending does not meet a closed
  /// socket: the reset that would answer it could destroy our answer before the client reads it (RFC 9112 section
  /// 9.6).
  mutating func linger(_ now: UInt64) -> [ConnectionAction] {
    if client == .ended { return close() }
    input.clear()
    phase = .lingering(Lingering(end: now + rules.lingerTime, silence: now + rules.lingerSilence))
    return [.shutDownWriting]
  }

  /// The client has ended its side while a handler is at work.
  mutating func beginProbing(_ now: UInt64) {
    guard case .exchange(var exchange) = phase, exchange.isVersion11, exchange.probing == nil else { return }
    exchange.probing = Probing(now: now)
    phase = .exchange(exchange)
  }

  /// Sends what a closed socket answers with a reset.
  mutating func probe(_ now: UInt64) -> [ConnectionAction] {
    guard case .exchange(var exchange) = phase else { return [] }
    exchange.probing?.repeatLater(now)
    phase = .exchange(exchange)
    return [.writeInterim]
  }

  /// Both sides have ended the connection, or it has failed.
  mutating func broke(now: UInt64) -> [ConnectionAction] {
    // Closing a socket with something unread in it sends a reset, and the client may not have read the answer yet.
    if case .lingering = phase { return [.discardInput] + close() }
    return abort(now: now)
  }

  /// The client has gone or is to go: ends whatever is under way.
  mutating func abort(now: UInt64) -> [ConnectionAction] {
    switch phase {
    case .closed: return []
    case .exchange(let exchange):
      return [.cancelWork] + failReader(CancellationError(), now)
        + [.report(exchange, end: now, isComplete: false)] + close()
    case .writing(let writing):
      let report = writing.exchange.map { ConnectionAction.report($0, end: now, isComplete: false) }
      return (report.map { [$0] } ?? []) + close()
    case .head, .draining, .lingering: return close()
    }
  }

  mutating func close() -> [ConnectionAction] {
    if case .closed = phase { return [] }
    phase = .closed
    input.clear()
    return [.close]
  }

  /// The server is on its way down: each answer is from now on its connection's last, and at the very end what idles
  /// ends.  What has come until then is to be read first.
  mutating func enter(_ stage: ServerStage, now: UInt64) -> [ConnectionAction] {
    self.stage = max(self.stage, stage)
    return stage == .ending ? endSilence(now) : []
  }

  /// Ends a connection on which nothing has come, because the server ends.  A client that has only just connected sends
  /// its request a moment later, and is given it.
  mutating func endSilence(_ now: UInt64) -> [ConnectionAction] {
    guard case .head(var head) = phase, head.isSilent else { return [] }
    if !head.isFirst { return close() }
    head.reason = nil
    head.deadline = min(head.deadline, now + Self.firstMoment)
    phase = .head(head)
    return []
  }

  /// A way around the world and back.
  private static let firstMoment: UInt64 = 500_000_000

  /// Ends an idle connection, because another is to have its place.  What has come until now is to be read first.
  mutating func giveWay() -> [ConnectionAction] { isIdle ? [.note(.connectionLimit)] + close() : [] }
}
