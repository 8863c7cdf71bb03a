extension ConnectionState {
  /// An answer on its way out.
  struct Writing {
    /// The request that is answered; nil where what came was none.
    let exchange: Exchange?
    /// Whether the connection ends with this answer.
    let isLast: Bool
    /// Of the client, since it first did not take all that was written.
    var pace: Pace
    /// Bytes that the system has taken, and of those the client's system.
    var written = 0
    var acknowledged = 0

    init(_ exchange: Exchange?, isLast: Bool, pace: Pace) {
      self.exchange = exchange
      self.isLast = isLast
      self.pace = pace
    }
  }

  /// The handler has answered a request.
  mutating func answered(_ response: Response, to ordinal: UInt64, now: UInt64) -> [ConnectionAction] {
    // The client may have gone meanwhile.
    guard isAtWork(on: ordinal) else { return [] }
    var actions = resumeReader(.failure(CancellationError()), now)
    guard case .exchange(var exchange) = phase else { return [] }
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
    if let refusal = response.refusal { actions.append(.note(refusal)) }
    var isLast =
      !exchange.keepsAlive || !isBodySettled || stage > .serving || (client == .ended && input.isEmpty)
    if !isLast, requestCount >= rules.maximumRequests {
      actions.append(.note(.requestLimit))
      isLast = true
    }
    let form = ResponseForm(
      closes: isLast, confirmsKeepAlive: !exchange.isVersion11 && !isLast,
      hasBody: exchange.method != .head && !response.isBodiless)
    exchange.status = response.status
    exchange.route = response.route
    exchange.sentBytes = form.hasBody ? response.body.count : 0
    phase = .writing(Writing(exchange, isLast: isLast, pace: rules.answerPace))
    return actions + [.write(response, form)]
  }

  /// The system has taken some of what was to be written.
  mutating func wrote(_ count: Int, isAll: Bool, now: UInt64) -> [ConnectionAction] {
    guard case .writing(var writing) = phase else { return [] }
    if isAll { return finish(writing, now) }
    writing.written += count
    if writing.pace.deadline == .max { writing.pace.wait(now) }
    phase = .writing(writing)
    return []
  }

  /// What is known of an answer's reader whose patience is used up.
  ///
  /// - Parameter unacknowledged: bytes that our system still holds for it.
  mutating func measured(unacknowledged: Int, now: UInt64) -> [ConnectionAction] {
    guard case .writing(var writing) = phase else { return [] }
    let acknowledged = max(writing.acknowledged, writing.written - unacknowledged)
    writing.pace.credit(acknowledged - writing.acknowledged, now)
    writing.acknowledged = acknowledged
    phase = .writing(writing)
    return now < writing.pace.deadline ? [] : [.note(.writeTimeout), .reset] + abort(now: now)
  }

  /// An answer is with the system.
  private mutating func finish(_ writing: Writing, _ now: UInt64) -> [ConnectionAction] {
    guard let exchange = writing.exchange else { return linger(now) }
    let report = ConnectionAction.report(exchange, end: now, isComplete: true)
    if writing.isLast { return [report] + linger(now) }
    if exchange.body.isComplete { return [report] + awaitRequest(now) }
    if client == .ended { return [report] + close() }
    var draining = exchange
    draining.pace.wait(now)
    phase = .draining(draining)
    return [report] + skipBody(now)
  }
}
