import Dispatch
import HTTPTypes

extension Connection {
  /// Starts the handler of a request whose head is complete.
  func begin(_ head: RequestHead) {
    requestCount += 1
    let ordinal = requestCount
    phase = .exchange
    deadline = .max
    isIdle = false
    parser = RequestHeadParser(limits: context.headLimits)
    let request = Request(
      head: head.request, target: head.target, body: body(of: head, ordinal: ordinal),
      remoteAddress: remoteAddress)
    let responder = context.responder(request)
    exchange = Exchange(head, ordinal: ordinal, responder: responder)
    // Detached, because it must not begin on the loop's queue.
    exchange?.task = Task.detached { [self] in
      let response = await Response.answering(request, logger: context.logger, by: responder.respond)
      await respond(response, to: ordinal)
    }
    if sawEnd { beginProbing() }
  }

  private func body(of head: RequestHead, ordinal: UInt64) -> RequestBody {
    if head.framing == .length(0) { return RequestBody() }
    return RequestBody(
      source: ConnectionBody(connection: self, ordinal: ordinal), declaredLength: head.framing.declaredLength,
      maximumLength: context.configuration.maximumBodyBytes)
  }

  /// Sends a handler's answer.
  private func respond(_ response: Response, to ordinal: UInt64) {
    // The client may have gone meanwhile.
    guard phase == .exchange, var exchange, exchange.ordinal == ordinal else { return }
    var response = response
    let isBodySettled: Bool
    do throws(Problem) {
      isBodySettled = try settleBody(&exchange)
    } catch {
      // The handler did not look, but what cannot be told from the next request is refused in any case.
      let route = response.route
      response = Response(error)
      response.route = route
      isBodySettled = false
    }
    if let refusal = response.refusal { note(refusal) }
    exchange.isLast = isLast(isBodySettled, exchange)
    if !exchange.isLast, requestCount >= context.configuration.maximumRequestsPerConnection {
      note(.requestLimit)
      exchange.isLast = true
    }
    exchange.status = response.status
    exchange.route = response.route
    exchange.task = nil
    let framing = Response.Framing(
      date: loop.date(), closes: exchange.isLast,
      confirmsKeepAlive: !exchange.isVersion11 && !exchange.isLast)
    output.append(response.serializedHead(framing, common: context.configuration.commonHeaderFields))
    if exchange.method != .head, !response.isBodiless {
      output.append(response.body)
      exchange.sentBytes = response.body.count
    }
    self.exchange = exchange
    phase = .writing
    flush()
    watch()
  }

  /// Throws away what has arrived of a body that the handler did not read.
  ///
  /// - Returns: whether the connection can be used further: the rest of the body, if any, is short and will come.
  /// - Throws: `Problem` where its framing is broken and the handler has not been told of that.
  private func settleBody(_ exchange: inout Exchange) throws(Problem) -> Bool {
    if exchange.body.isComplete { return true }
    if exchange.bodyFailure != nil || exchange.owesContinue && inputIndex == input.count { return false }
    var discarded: [UInt8] = []
    try exchange.body.decode(input.span, from: &inputIndex, into: &discarded, limit: .max)
    exchange.receivedBytes += discarded.count
    compactInput()
    return exchange.body.isComplete || exchange.body.remainingLength ?? .max <= Self.inputLimit
  }

  private func isLast(_ isBodySettled: Bool, _ exchange: Exchange) -> Bool {
    !exchange.keepsAlive || !isBodySettled || context.isDraining.load(ordering: .relaxed)
      || (sawEnd && inputIndex == input.count)
  }

  /// Throws away the rest of a body whose answer is out.
  func drainBody() {
    var discarded: [UInt8] = []
    do throws(Problem) {
      try exchange?.body.decode(input.span, from: &inputIndex, into: &discarded, limit: .max)
    } catch {
      close()
      return
    }
    compactInput()
    if exchange?.body.isComplete ?? true { awaitRequest() }
  }

  /// Turns to the next request.
  func awaitRequest() {
    exchange = nil
    phase = .head
    isIdle = true
    if inputIndex == input.count, sawEnd || context.isDraining.load(ordering: .relaxed) {
      close()
      return
    }
    setDeadline(after: context.configuration.idleTime)
    if inputIndex < input.count { advance() }
  }

  /// Answers what is no valid request, or a connection too many, and ends the connection.
  func refuse(_ problem: Problem) {
    if let refusal = problem.refusal { note(refusal) }
    let response = Response(problem)
    let framing = Response.Framing(date: loop.date(), closes: true, confirmsKeepAlive: false)
    output.append(response.serializedHead(framing, common: context.configuration.commonHeaderFields))
    // RFC 9110 section 9.3.2, as far as the method is known already.
    if parser.method != .head { output.append(response.body) }
    phase = .writing
    deadline = .max
    flush()
  }

  /// Tells the observer why this client is refused something, or its connection ended.
  func note(_ reason: RefusalReason) { context.observer.refused(reason, remoteAddress: remoteAddress) }

  /// Tells the responder of the exchange's end.
  func report(isComplete: Bool) {
    guard let exchange else { return }
    exchange.responder.finished(
      RequestRecord(
        remoteAddress: remoteAddress, method: exchange.method, target: exchange.rawTarget,
        route: exchange.route,
        status: exchange.status ?? .clientClosedRequest,
        duration: .nanoseconds(DispatchTime.now().uptimeNanoseconds - exchange.start),
        receivedBytes: exchange.receivedBytes, sentBytes: exchange.sentBytes, isComplete: isComplete))
  }
}

extension HTTPResponse.Status {
  /// No status of the protocol: what logs and metrics show where the client went before there was one.
  static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}
