import Dispatch
import HTTPTypes

// The way of a request through this module:
//
//   Listener          accepts a socket, asks the ConnectionLedger, gives it to an EventLoop
//   Channel           the loop's Poller says that the socket is readable, and the connection reads it
//   ConnectionState   is told: keeps what came in its InputBuffer, has RequestHeadParser make a RequestHead of it, and
//                     returns what to do, which is to begin, or to refuse what is no request
//   Connection        does it: makes the Request, asks for its Responder, which keeps all that is known of the request
//                     from then on, and starts a task
//   Responder         answers in that task; it may read the RequestBody, which comes back here (`ConnectionBody`): the
//                     state takes decoded bytes out of its input, or has `100 Continue` sent and waits for more
//   Connection        tells the state of the Response, is told how to write it, writes header and body in one call,
//                     and more when the socket takes more; the state then reads the next request, throws away what is
//                     left of the body, or says goodbye
//
// So what happens is decided in one place, a value, and done in another:
//
//       socket, tasks, timer  --event-->  ConnectionState  --actions-->  Connection  -->  socket, tasks, observer
//
// Who owns what: a connection is an actor whose executor is its EventLoop, a serial queue shared with other
// connections.  The loop's Poller and timer fire on that queue and enter by `assumeIsolated`; handlers run in
// tasks, which begin here at once, go on in Swift's own pool when they have first waited, and enter by `await`.  An
// actor rather than a class that keeps to a queue by good manners, because the compiler then checks that no handler's
// task ever touches a connection's state; the loop's queue rather than the default executor, because events then
// arrive without a hop and what the pool is busy with cannot hold up anybody's input or output.  The counting of connections belongs to the first loop, where the
// listener is; others send it word.  Those who idle stand in a line that all loops share.

/// A client's connection: what `ConnectionState` decides, done.
actor Connection {
  private nonisolated let loop: EventLoop
  private nonisolated let context: ServerContext
  private nonisolated let remoteAddress: String
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var state: ConnectionState
  private var channel: Channel?
  private var output = OutputBuffer()
  /// The work on the request that is being answered, and who is told of its end.
  private var work: (task: Task<Void, Never>, finished: @Sendable (RequestRecord) -> Void)?
  /// The task that waits for more of the request's body.
  private var reader: CheckedContinuation<[UInt8]?, any Error>?
  /// Its place among those who idle, while it does.
  private var idleTicket: UInt64?
  /// Its place among those with unfinished headers, while it has one.
  private var headerTicket: UInt64?
  /// False where the connection exists only to tell the client that there are too many.
  private var isAdmitted = true

  init(loop: EventLoop, context: ServerContext, remoteAddress: String) {
    self.loop = loop
    self.context = context
    self.remoteAddress = remoteAddress
    state = ConnectionState(rules: context.rules, now: Self.now)
  }

  /// Begins to serve, or to refuse.
  ///
  /// - Parameter refusal: what to tell the client before the connection is closed, nil to serve it.
  func start(_ descriptor: Descriptor, refusal: Problem?) {
    // Unowned because the loop keeps the connection until it is closed, and a cancelled channel calls no more.
    channel = Channel(descriptor, poller: loop.poller) { [unowned self] report in
      assumeIsolated { $0.take(report) }
    }
    loop.add(self)
    isAdmitted = refusal == nil
    if isAdmitted { context.observer.connectionOpened() }
    perform(refusal.map { state.refuse($0) } ?? [])
    // What the server told its connections before this one was among them.
    enter(context.stage.load(ordering: .relaxed))
  }

  private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

  // MARK: Events

  private func take(_ report: Poller.Report) {
    if report.isBroken {
      perform(state.broke(now: report.time))
      return
    }
    if report.isReadable { read(report.time) }
    if report.isWritable { flush() }
    if report.isEnded {
      state.clientFinished(now: report.time)
      perform([])
    }
  }

  /// - Parameter now: when the poller told that there is something.
  private func read(_ now: UInt64) {
    guard let channel else { return }
    let limit = min(state.inputLimit, loop.scratch.count)
    if limit == 0 { return }
    switch channel.descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: loop.scratch[..<limit])) {
    case .bytes(let count):
      // Because what is in the scratch buffer is copied before anybody else on this queue can use it.
      perform(state.received(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]), now: now))
    case .wouldBlock: break
    case .ended: perform(state.clientEnded(now: now))
    case .failed: perform(state.abort(now: now))
    }
  }

  /// Writes what the socket takes.
  private func flush() {
    guard let channel else { return }
    let (count, last) = output.write(to: channel.descriptor)
    let now = Self.now
    perform(
      last == .failed ? state.abort(now: now) : state.wrote(count, isAll: output.isEmpty, now: now))
  }

  /// Sends a handler's answer.
  private func respond(_ response: Response, to ordinal: UInt64) {
    perform(state.answered(response, to: ordinal, now: Self.now))
  }

  /// - Parameter ordinal: the request whose body is meant.
  /// - Throws: `Problem` for a body that is broken or too slow; `CancellationError` when the client has gone or the
  ///   request is over.
  fileprivate func nextPiece(of ordinal: UInt64) async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard state.isAtWork(on: ordinal) else {
          continuation.resume(throwing: CancellationError())
          return
        }
        let actions = state.bodyWanted(now: Self.now)
        reader = continuation
        perform(actions)
      }
    } onCancel: {
      loop.queue.async {
        self.assumeIsolated { $0.perform($0.state.readerCancelled(ordinal: ordinal, now: Self.now)) }
      }
    }
  }

  /// - Returns: the deadline to check next.
  func checkDeadline(_ now: UInt64) -> UInt64 {
    if now >= state.deadline {
      lookOnce()
      perform(state.deadlinePassed(now: now))
    }
    return state.deadline
  }

  func enter(_ stage: ServerStage) {
    if stage == .ending { lookOnce() }
    perform(state.enter(stage, now: Self.now))
  }

  /// Closes, if it idles.
  func giveWay() {
    lookOnce()
    perform(state.giveWay())
  }

  /// Reads what has come while this loop was busy with others, before the client is given up for sending nothing: it is
  /// not late, and would be lost with the socket.
  private func lookOnce() { read(Self.now) }

  /// The server ends every connection.
  func abort() { perform(state.abort(now: Self.now)) }

  // MARK: Actions

  private func perform(_ actions: [ConnectionAction]) {
    // First, so that nobody who is told of an answer's end finds its connection busy.
    standInIdleLine()
    accountForHeader()
    for action in actions { perform(action) }
    channel?.watch(reading: state.inputLimit > 0, writing: !output.isEmpty, end: state.wantsEnd)
    loop.schedule(state.deadline)
  }

  /// Joins those who idle, or leaves them.
  private func standInIdleLine() {
    if let ticket = idleTicket, !state.isIdle {
      context.idle.withLock { $0.leave(ticket) }
      idleTicket = nil
    } else if idleTicket == nil, state.isIdle {
      idleTicket = context.idle.withLock { $0.join(self) }
    }
  }

  /// Says how much memory its header has, and has others give theirs up where that is too much.
  private func accountForHeader() {
    let bytes = state.headerMemory
    if bytes == 0, headerTicket == nil { return }
    let (ticket, leaving) = context.headers.withLock { [headerTicket] in $0.hold(bytes, headerTicket, self) }
    headerTicket = ticket
    for other in leaving {
      other.loop.queue.async { other.assumeIsolated { $0.perform($0.state.giveHeaderUp()) } }
    }
  }

  private func perform(_ action: ConnectionAction) {
    switch action {
    case .begin(let head, let ordinal): begin(head, ordinal)
    case .resumeReader(let result):
      reader?.resume(with: result)
      reader = nil
    case .cancelWork: work?.task.cancel()
    case .writeInterim:
      output.append(Self.interimAnswer)
      flush()
    case .write(let response, let form):
      output.append(
        response.serializedHead(form, date: loop.date(), common: context.configuration.commonHeaderFields))
      if form.hasBody { output.append(response.body) }
      flush()
    case .measureOutput:
      let unacknowledged = channel?.descriptor.unacknowledgedBytes ?? 0
      perform(state.measured(unacknowledged: unacknowledged, now: Self.now))
    case .report(let exchange, let end, let isComplete): report(exchange, end, isComplete)
    case .note(let reason): context.observer.refused(reason, remoteAddress: remoteAddress)
    case .shutDownWriting: channel?.descriptor.shutDownWriting()
    case .discardInput:
      while case .bytes = channel?.descriptor.read(into: loop.scratch) {}
    case .reset: channel?.descriptor.resetOnClose()
    case .close: close()
    }
  }

  /// `100 Continue` and the empty line behind it.
  private static let interimAnswer = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  private func begin(_ head: RequestHead, _ ordinal: UInt64) {
    let body =
      head.framing == .length(0)
      ? RequestBody()
      : RequestBody(
        source: ConnectionBody(connection: self, ordinal: ordinal),
        declaredLength: head.framing.declaredLength, maximumLength: context.configuration.maximumBodyBytes,

        refusal: .unknownCoding(head.request.headerFields))
    let request = Request(
      head: head.request, target: head.target, body: body, remoteAddress: remoteAddress)
    let responder = context.responder(request)
    work = (answer(request, ordinal, by: responder), responder.finished)
  }

  /// Begins at once, on the loop's queue, until the handler first waits: what the header is enough to answer then needs
  /// no other thread, which on busy cores comes when it comes.
  ///
  /// Not isolated, or the task would be, and the handler would have to leave the queue first.
  private nonisolated func answer(
    _ request: Request, _ ordinal: UInt64, by responder: Responder
  ) -> Task<Void, Never> {
    Task.immediateDetached { [self] in
      let response = await Response.answering(request, logger: context.logger, by: responder.respond)
      await respond(response, to: ordinal)
    }
  }

  private func report(_ exchange: Exchange, _ end: UInt64, _ isComplete: Bool) {
    let finished = work?.finished
    work = nil
    finished?(
      RequestRecord(
        remoteAddress: remoteAddress, method: exchange.method, target: exchange.rawTarget,
        route: exchange.route, status: exchange.status ?? .clientClosedRequest,
        duration: .nanoseconds(end - exchange.start), answerTime: .nanoseconds(end - exchange.lastInput),
        receivedBytes: exchange.receivedBytes,
        sentBytes: exchange.sentBytes, isComplete: isComplete))
  }

  private func close() {
    channel?.cancel()
    channel = nil
    output = OutputBuffer()
    loop.remove(self)
    context.ledger.release(remoteAddress, wasAdmitted: isAdmitted)
    if isAdmitted { context.observer.connectionClosed() }
  }
}

/// The body of one request on a connection, as its handler sees it.
private struct ConnectionBody: BodySource {
  let connection: Connection
  let ordinal: UInt64

  func next() async throws -> [UInt8]? { try await connection.nextPiece(of: ordinal) }
}

extension HTTPResponse.Status {
  /// No status of the protocol: what logs and metrics show where the client went before there was one.
  static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}
