extension Connection {
  /// Closes our side and reads on for a while, so that what the client is still sending does not meet a closed
  /// socket: the reset that would answer it could destroy our answer before the client reads it (RFC 9112 section
  /// 9.6).
  func linger() {
    exchange = nil
    guard !sawEnd, let channel else {
      close()
      return
    }
    channel.descriptor.shutDownWriting()
    phase = .lingering
    input = []
    inputIndex = 0
    lingerBudget = max(Self.lingerLimit, context.configuration.maximumBodyBytes)
    setDeadline(after: context.configuration.lingerTime)
  }

  /// What both systems' socket buffers may hold of a body that nobody wants, and some more.  Where longer bodies are
  /// allowed, a client that sends all of one before it reads anything gets its answer too.
  private static let lingerLimit = 16 * 1024 * 1024

  /// Both sides have ended the connection, or the client has reset it.
  func connectionBroke() {
    if phase == .lingering, let channel {
      // Closing a socket with something unread in it sends a reset, and the client may not have read the answer yet.
      while case .bytes = channel.descriptor.read(into: loop.scratch) {}
      close()
    } else {
      abort()
    }
  }

  /// The client has gone or is to go: ends whatever is under way.
  func abort() {
    if phase == .closed { return }
    report(isComplete: false)
    exchange?.task?.cancel()
    failReader(CancellationError())
    exchange = nil
    close()
  }

  func close() {
    if phase == .closed { return }
    phase = .closed
    deadline = .max
    input = []
    inputIndex = 0
    channel?.cancel()
    channel = nil
    loop.remove(self)
    context.ledger.release(remoteAddress, wasAdmitted: isAdmitted)
    if isAdmitted { context.observer.connectionClosed() }
  }

  /// The server is to shut down: a connection without a request ends now, any other with its next answer.
  func drain() {
    if phase == .head, !parser.hasBegun { close() }
  }
}
