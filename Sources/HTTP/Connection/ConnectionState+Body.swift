extension ConnectionState {
  /// Whether a request's body can still be asked for; a handler may have kept one that is over.
  func isAtWork(on ordinal: UInt64) -> Bool {
    if case .exchange(let exchange) = phase { exchange.ordinal == ordinal } else { false }
  }

  /// A task waits for more of the body of the request that is being worked on.
  ///
  /// - Precondition: there is one, and no other task waits for its body.
  mutating func bodyWanted(now: UInt64) -> [ConnectionAction] {
    guard case .exchange(var exchange) = phase else { preconditionFailure("no request is being worked on") }
    precondition(!exchange.isReading, "a request body is read by one task at a time")
    exchange.isReading = true
    exchange.pace.wait(now)
    phase = .exchange(exchange)
    let actions = feedReader(now)
    return actions.isEmpty ? sendContinue() : actions
  }

  /// RFC 9110 section 10.1.1: only now is it certain that the body is wanted.
  private mutating func sendContinue() -> [ConnectionAction] {
    guard case .exchange(var exchange) = phase, exchange.owesContinue else { return [] }
    exchange.owesContinue = false
    phase = .exchange(exchange)
    return [.writeInterim]
  }

  /// The task that waited for the body has been cancelled.
  mutating func readerCancelled(ordinal: UInt64, now: UInt64) -> [ConnectionAction] {
    isAtWork(on: ordinal) ? resumeReader(.failure(CancellationError()), now) : []
  }

  /// Gives a waiting task what there is for it.
  mutating func feedReader(_ now: UInt64) -> [ConnectionAction] {
    guard case .exchange(var exchange) = phase, exchange.isReading else { return [] }
    let piece = takePiece(&exchange, now)
    phase = .exchange(exchange)
    return piece.map { resumeReader($0, now) } ?? []
  }

  /// What has arrived of the body, decoded; nil where there is nothing to say yet.
  private mutating func takePiece(_ exchange: inout Exchange, _ now: UInt64) -> Result<[UInt8]?, any Error>? {
    if let failure = exchange.bodyFailure { return .failure(failure) }
    var piece: [UInt8] = []
    do throws(Problem) {
      try input.decode(by: &exchange.body, into: &piece)
    } catch {
      exchange.bodyFailure = error
      return .failure(error)
    }
    if !piece.isEmpty {
      exchange.receivedBytes += piece.count
      exchange.pace.credit(piece.count, now)
      exchange.owesContinue = false
      return .success(piece)
    }
    if exchange.body.isComplete { return .success(nil) }
    guard client == .ended else { return nil }
    exchange.bodyFailure = Problem.bodyCutShort
    return .failure(Problem.bodyCutShort)
  }

  /// Tells a waiting task, and whoever reads on later, why no more comes.
  mutating func failReader(_ error: any Error, _ now: UInt64) -> [ConnectionAction] {
    guard case .exchange(var exchange) = phase else { return [] }
    exchange.bodyFailure = error
    phase = .exchange(exchange)
    return resumeReader(.failure(error), now)
  }

  mutating func resumeReader(_ result: Result<[UInt8]?, any Error>, _ now: UInt64) -> [ConnectionAction] {
    guard case .exchange(var exchange) = phase, exchange.isReading else { return [] }
    exchange.isReading = false
    exchange.pace.stop(now)
    phase = .exchange(exchange)
    return [.resumeReader(result)]
  }

  /// Throws away what has arrived of a body that the handler did not read.
  ///
  /// - Returns: whether the connection can be used further: the rest of the body, if any, is short and will come.
  /// - Throws: `Problem` where its framing is broken and the handler has not been told of that.
  mutating func settleBody(_ exchange: inout Exchange) throws(Problem) -> Bool {
    if exchange.body.isComplete { return true }
    if exchange.bodyFailure != nil || exchange.owesContinue && input.isEmpty { return false }
    var discarded: [UInt8] = []
    try input.decode(by: &exchange.body, into: &discarded)
    exchange.receivedBytes += discarded.count
    return exchange.body.isComplete || exchange.body.remainingLength ?? .max <= Self.skippedBody
  }

  /// A body that nobody reads is thrown away, and the connection kept, if no more than this is to come.
  private static let skippedBody = 64 * 1024

  /// Throws away the rest of a body whose answer is out.
  mutating func skipBody(_ now: UInt64) -> [ConnectionAction] {
    guard case .draining(var exchange) = phase else { return [] }
    var discarded: [UInt8] = []
    do throws(Problem) {
      try input.decode(by: &exchange.body, into: &discarded)
    } catch {
      return close()
    }
    if exchange.body.isComplete { return awaitRequest(now) }
    exchange.pace.credit(discarded.count, now)
    phase = .draining(exchange)
    return []
  }
}

extension Problem {
  fileprivate static let bodyCutShort = Problem.malformed(
    "The connection was closed before the body was complete. Send the whole body.")
}
