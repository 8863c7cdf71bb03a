import HTTPTypes

extension ConnectionState {
  /// The time between two answers, and a header that is arriving.
  struct Head {
    var parser: RequestHeadParser
    /// Whether there was no request on the connection before.
    let isFirst: Bool
    var deadline: UInt64
    /// What is told when the connection ends in silence, nil where that is nobody's fault.
    var reason: RefusalReason?

    init(_ limits: RequestHeadParser.Limits, isFirst: Bool, deadline: UInt64) {
      parser = RequestHeadParser(limits: limits)
      self.isFirst = isFirst
      self.deadline = deadline
      reason = isFirst ? .headerTimeout : .idleTimeout
    }

    /// Whether nothing of the request has come.
    var isSilent: Bool { !parser.hasBegun }
  }

  /// Whether nothing is going on.
  var isIdle: Bool { if case .head(let head) = phase { head.isSilent } else { false } }

  /// Bytes of memory that an unfinished header holds, 0 where there is none.
  var headerMemory: Int {
    if case .head(let head) = phase, !head.isSilent { head.parser.memory + input.count } else { 0 }
  }

  /// Gives up an unfinished header, because others need its memory.
  mutating func giveHeaderUp() -> [ConnectionAction] {
    guard case .head(let head) = phase, !head.isSilent else { return [] }
    input.clear()
    return refuse(.headerMemory, head.parser.method)
  }

  mutating func readHead(_ now: UInt64) -> [ConnectionAction] {
    guard case .head(var head) = phase else { return [] }
    let wasSilent = head.isSilent
    do throws(Problem) {
      if let parsed = try input.parse(by: &head.parser) { return begin(parsed, now) }
    } catch {
      return refuse(error, head.parser.method)
    }
    // A new connection's header time runs from its opening, unless the server has cut it short.
    if wasSilent, !head.isSilent, !head.isFirst || stage == .ending { head.deadline = now + rules.headerTime }
    phase = .head(head)
    return client == .ended ? close() : []
  }

  private mutating func begin(_ head: RequestHead, _ now: UInt64) -> [ConnectionAction] {
    requestCount += 1
    phase = .exchange(Exchange(head, ordinal: requestCount, pace: rules.bodyPace, now: now))
    if client != .sending { beginProbing(now) }
    return [.begin(head, ordinal: requestCount)]
  }

  /// Answers what is no valid request, or a connection too many, and ends the connection.
  ///
  /// - Parameter method: of the request, as far as it is known: the refusal of a HEAD has no body (RFC 9110 section
  ///   9.3.2).
  mutating func refuse(_ problem: Problem, _ method: HTTPRequest.Method? = nil) -> [ConnectionAction] {
    phase = .writing(Writing(nil, isLast: true, pace: rules.answerPace))
    let write = ConnectionAction.write(
      Response(problem), ResponseForm(closes: true, hasBody: method != .head))
    return (problem.refusal.map { [.note($0)] } ?? []) + [write]
  }

  /// Turns to the next request.
  mutating func awaitRequest(_ now: UInt64) -> [ConnectionAction] {
    if input.isEmpty, client == .ended { return close() }
    phase = .head(Head(rules.head, isFirst: false, deadline: now + rules.idleTime))
    if !input.isEmpty { return readHead(now) }
    return stage == .ending ? endSilence(now) : []
  }
}

extension Problem {
  fileprivate static let headerMemory = Problem(
    .requestTimeout, refusal: .headerMemory, title: "The request took too long to arrive",
    detail: "Others needed the memory of its unfinished header. Send the request again, in one go.")
}
