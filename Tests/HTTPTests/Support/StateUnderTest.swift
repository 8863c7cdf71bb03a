import HTTPTypes

@testable import HTTP

/// A connection's state without a connection: a test says what happens, and when.
struct StateUnderTest {
  var state: ConnectionState
  /// In nanoseconds; what happens, happens now.
  var now: UInt64 = 0

  init(_ configure: (inout ServerConfiguration) -> Void = { _ in }) {
    var configuration = ServerConfiguration()
    configure(&configuration)
    state = ConnectionState(rules: ConnectionRules(configuration), now: now)
  }

  mutating func wait(_ time: Duration) { now += time.nanoseconds }

  // MARK: Events

  @discardableResult
  mutating func receive(_ text: String) -> [String] {
    Array(text.utf8).withUnsafeBytes { state.received($0, now: now) }.map(\.summary)
  }

  @discardableResult
  mutating func end() -> [String] { state.clientEnded(now: now).map(\.summary) }

  @discardableResult
  mutating func wantBody() -> [String] { state.bodyWanted(now: now).map(\.summary) }

  @discardableResult
  mutating func answer(_ response: Response = Response(text: "answer")) -> [String] {
    state.answered(response, to: state.requestCount, now: now).map(\.summary)
  }

  @discardableResult
  mutating func write(_ count: Int = 0, isAll: Bool = true) -> [String] {
    state.wrote(count, isAll: isAll, now: now).map(\.summary)
  }

  @discardableResult
  mutating func enter(_ stage: ServerStage) -> [String] { state.enter(stage, now: now).map(\.summary) }

  @discardableResult
  mutating func measure(unacknowledged: Int) -> [String] {
    state.measured(unacknowledged: unacknowledged, now: now).map(\.summary)
  }

  /// Waits until the deadline, if there is one.
  @discardableResult
  mutating func passDeadline() -> [String] {
    if state.deadline == .max { return [] }
    now = max(now, state.deadline)
    return state.deadlinePassed(now: now).map(\.summary)
  }

  /// How long there is until the deadline, nil where there is none.
  var timeLeft: Duration? { state.deadline == .max ? nil : .nanoseconds(state.deadline - now) }

  /// The phase's name.
  var phase: String {
    switch state.phase {
    case .head: "head"
    case .exchange: "exchange"
    case .writing: "writing"
    case .draining: "draining"
    case .lingering: "lingering"
    case .closed: "closed"
    }
  }
}

extension ConnectionAction {
  /// What is to be done, in a few words.
  var summary: String {
    switch self {
    case .begin(let head, _): "begin \(head.request.method) \(head.request.path ?? "")"
    case .resumeReader(.success(let piece)): piece.map { "read \($0.count)" } ?? "read end"
    case .resumeReader(.failure(let error as Problem)): "fail \(error.status.code)"
    case .resumeReader(.failure): "cancel reader"
    case .cancelWork: "cancel work"
    case .writeInterim: "write 100"
    case .write(let response, let form):
      "write \(response.status.code)\(form.closes ? " close" : "")\(form.confirmsKeepAlive ? " keep-alive" : "")"
        + (form.hasBody ? "" : " bodiless")
    case .measureOutput: "measure"
    case .report(let exchange, _, let isComplete):
      "report \(exchange.status?.code ?? 499)\(isComplete ? "" : " incomplete")"
    case .note(let reason): "note \(reason.rawValue)"
    case .shutDownWriting: "end"
    case .discardInput: "discard"
    case .reset: "reset"
    case .close: "close"
    }
  }
}
