import Dispatch

/// The body of one request on a connection, as its handler sees it.
struct ConnectionBody: BodySource {
  let connection: Connection
  let ordinal: UInt64

  func next() async throws -> [UInt8]? { try await connection.nextPiece(of: ordinal) }
}

extension Connection {
  /// - Parameter ordinal: the request whose body is meant; a handler may have kept one that is over.
  /// - Throws: `Problem` for a body that is broken or too slow; `CancellationError` when the client has gone or the
  ///   request is over.
  func nextPiece(of ordinal: UInt64) async throws -> [UInt8]? {
    guard phase == .exchange, exchange?.ordinal == ordinal else { throw CancellationError() }
    precondition(exchange?.reader == nil, "a request body is read by one task at a time")
    if let piece = try takePiece() {
      watch()
      return piece
    }
    if exchange?.body.isComplete ?? true { return nil }
    sendContinue()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in wait(continuation) }
    } onCancel: {
      loop.queue.async { self.assumeIsolated { $0.cancelReader(ordinal) } }
    }
  }

  /// What has arrived of the body, decoded; nil for nothing.
  private func takePiece() throws -> [UInt8]? {
    if let failure = exchange?.bodyFailure { throw failure }
    var piece: [UInt8] = []
    do throws(Problem) {
      try exchange?.body.decode(input.span, from: &inputIndex, into: &piece, limit: .max)
    } catch {
      exchange?.bodyFailure = error
      throw error
    }
    compactInput()
    if !piece.isEmpty {
      exchange?.receivedBytes += piece.count
      exchange?.owesContinue = false
      return piece
    }
    if sawEnd, !(exchange?.body.isComplete ?? true) {
      exchange?.bodyFailure = Problem.bodyCutShort
      throw Problem.bodyCutShort
    }
    return nil
  }

  /// RFC 9110 section 10.1.1: only now is it certain that the body is wanted.
  private func sendContinue() {
    guard exchange?.owesContinue == true else { return }
    exchange?.owesContinue = false
    output.append(Self.interimAnswer)
    flush()
  }

  private func wait(_ reader: CheckedContinuation<[UInt8]?, any Error>) {
    // Sending 100 Continue may have shown that the client has gone.
    guard phase == .exchange, let exchange else {
      reader.resume(throwing: CancellationError())
      return
    }
    let now = DispatchTime.now().uptimeNanoseconds
    self.exchange?.reader = reader
    self.exchange?.waitStart = now
    let allowed = allowance(context.configuration.bodyTime, forBytes: exchange.receivedBytes)
    setDeadline(now + (allowed > exchange.waited ? allowed - exchange.waited : 0))
    watch()
  }

  /// The time in nanoseconds in which a client must have sent or taken so many bytes: `time` and what the minimum
  /// rate gives it.
  func allowance(_ time: Duration, forBytes count: Int) -> UInt64 {
    let seconds = Double(count) / Double(max(1, context.configuration.minimumRate))
    return time.nanoseconds + UInt64(min(seconds, 1e9) * 1e9)
  }

  /// Gives a waiting handler what there is for it.
  func feedReader() {
    guard exchange?.reader != nil else { return }
    do {
      if let piece = try takePiece() {
        takeReader()?.resume(returning: piece)
      } else if exchange?.body.isComplete ?? true {
        takeReader()?.resume(returning: nil)
      }
    } catch {
      takeReader()?.resume(throwing: error)
    }
  }

  /// Tells a waiting handler, and whoever reads on later, why no more comes.
  func failReader(_ error: any Error) {
    exchange?.bodyFailure = error
    takeReader()?.resume(throwing: error)
  }

  private func cancelReader(_ ordinal: UInt64) {
    if exchange?.ordinal == ordinal { takeReader()?.resume(throwing: CancellationError()) }
  }

  private func takeReader() -> CheckedContinuation<[UInt8]?, any Error>? {
    guard let reader = exchange?.reader, let start = exchange?.waitStart else { return nil }
    exchange?.reader = nil
    exchange?.waited += DispatchTime.now().uptimeNanoseconds - start
    deadline = .max
    return reader
  }
}

extension Problem {
  fileprivate static let bodyCutShort = Problem.malformed(
    "The connection was closed before the body was complete. Send the whole body.")
}
