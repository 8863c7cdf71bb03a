/// All that a connection knows about itself, as a value: its methods take what happened and return what to do.
///
/// It knows no socket, no task and no clock, so that each phase can be shown each event without them; `now` is the
/// time of the event in nanoseconds.  What it wants between events stands in `inputLimit`, `wantsEnd` and `deadline`.
struct ConnectionState {
  enum Phase {
    /// Between requests, or inside a request's header.
    case head(Head)
    /// A handler is at work.
    case exchange(Exchange)
    /// An answer is being written.
    case writing(Writing)
    /// The answer is out, the rest of the request's body is being thrown away.
    case draining(Exchange)
    /// The last answer is out and our side closed; what still arrives is thrown away for a while.
    case lingering(Lingering)
    case closed
  }

  enum Client {
    case sending
    /// It has ended its side; not all it sent has been read.
    case finished
    /// It has ended its side, and everything has been read.
    case ended
  }

  let rules: ConnectionRules
  var phase: Phase
  var input = InputBuffer()
  /// How much more the client will send.
  var client = Client.sending
  var stage = ServerStage.serving
  var requestCount: UInt64 = 0

  init(rules: ConnectionRules, now: UInt64) {
    self.rules = rules
    phase = .head(Head(rules.head, isFirst: true, deadline: now + rules.headerTime))
  }

  /// How much more is to be read at once, 0 for nothing now.
  ///
  /// What is certain to be handed on or thrown away at once is read in large pieces; of all else no more is taken in
  /// than the buffer may hold.
  var inputLimit: Int {
    let room = max(0, InputBuffer.limit - input.count)
    if client == .ended { return 0 }
    switch phase {
    case .head, .writing: return room
    case .exchange(let exchange):
      return exchange.isReading ? Self.sum(exchange.body.expectedLength, room) : room
    case .draining(let exchange): return Self.sum(exchange.body.expectedLength, room)
    case .lingering: return .max
    case .closed: return 0
    }
  }

  private static func sum(_ a: Int, _ b: Int) -> Int { a > .max - b ? .max : a + b }

  /// Whether it is to be told, by `clientFinished`, of an end that lies behind what it does not read.
  var wantsEnd: Bool {
    if case .exchange = phase { client == .sending && inputLimit == 0 } else { false }
  }

  /// When to call `deadlinePassed`, `.max` for never.
  var deadline: UInt64 {
    switch phase {
    case .head(let head): head.deadline
    case .exchange(let exchange): exchange.deadline
    case .writing(let writing): writing.pace.deadline
    case .draining(let exchange): exchange.pace.deadline
    case .lingering(let lingering): lingering.deadline
    case .closed: .max
    }
  }

  // MARK: The socket

  mutating func received(_ bytes: UnsafeRawBufferPointer, now: UInt64) -> [ConnectionAction] {
    if case .lingering(var lingering) = phase {
      lingering.silence = now + rules.lingerSilence
      phase = .lingering(lingering)
      return []
    }
    if case .exchange(var exchange) = phase, exchange.isReading {
      exchange.lastInput = now
      phase = .exchange(exchange)
    }
    input.append(bytes)
    return advance(now)
  }

  /// Does what the input allows.
  mutating func advance(_ now: UInt64) -> [ConnectionAction] {
    switch phase {
    case .head: readHead(now)
    case .exchange: feedReader(now)
    case .draining: skipBody(now)
    case .writing, .lingering, .closed: []
    }
  }

  /// The client will send no more than what is still to be read.
  mutating func clientFinished(now: UInt64) {
    guard client == .sending else { return }
    client = .finished
    beginProbing(now)
  }

  /// Everything has been read, and the client will send no more.  It may still read: what it has asked for in full is
  /// answered.
  mutating func clientEnded(now: UInt64) -> [ConnectionAction] {
    client = .ended
    switch phase {
    case .exchange:
      let actions = feedReader(now)
      beginProbing(now)
      return actions
    case .head, .draining, .lingering: return close()
    case .writing, .closed: return []
    }
  }

  // MARK: Time

  /// Gives up on a client that has been too slow.  What it has sent until now is to be read first.
  mutating func deadlinePassed(now: UInt64) -> [ConnectionAction] {
    guard now >= deadline else { return [] }
    switch phase {
    case .head(let head):
      if !head.isSilent { return refuse(.headerTooSlow, head.parser.method) }
      return (head.reason.map { [.note($0)] } ?? []) + close()
    case .exchange(let exchange):
      return now >= exchange.pace.deadline ? failReader(Problem.bodyTooSlow, now) : probe(now)
    case .writing: return [.measureOutput]
    case .draining: return [.note(.bodyTimeout)] + close()
    case .lingering: return close()
    case .closed: return []
    }
  }
}

extension Problem {
  fileprivate static let headerTooSlow = Problem(
    .requestTimeout, refusal: .headerTimeout, title: "The request took too long to arrive",
    detail: "The header was not complete in time. Send the request again, in one go.")

  fileprivate static let bodyTooSlow = Problem(
    .requestTimeout, refusal: .bodyTimeout, title: "The request took too long to arrive",
    detail: "The body came too slowly. Send the request again over a faster connection, or a smaller body.")
}
