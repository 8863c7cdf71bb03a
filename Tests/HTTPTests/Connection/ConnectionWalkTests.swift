import Testing

@testable import HTTP

/// A client, a handler and a server's end that do what they like, when they like.
private struct Walk {
  var connection = StateUnderTest()
  var generator: SeededGenerator
  /// What was done, newest last, to be told when something is wrong.
  var history: [String] = []

  var begun = 0
  var reported = 0
  var isReading = false
  /// Whether an answer is on its way out.
  var isWriting = false
  var isClosed = false
  var faults: [String] = []

  private static let inputs = [
    "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a HTTP/1.0\r\n\r\n", "GET /a HT",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "\r\n", "x",
    String(repeating: "y", count: 9000),
  ]

  mutating func step() {
    let now = connection.now
    switch Int.random(in: 0..<14, using: &generator) {
    case 0...3:
      let input = Self.inputs.randomElement(using: &generator)!
      let count = min(input.utf8.count, connection.state.inputLimit)
      if count > 0 {
        take(
          connection.receive(String(decoding: input.utf8.prefix(count), as: UTF8.self)), "receive \(count)")
      }
    case 4: connection.wait(.milliseconds(100))
    case 5:
      if connection.state.client != .ended, Bool.random(using: &generator) { take(connection.end(), "end") }
    case 6: connection.state.clientFinished(now: now)
    case 7:
      if connection.state.isAtWork(on: connection.state.requestCount), !isReading {
        let actions = connection.wantBody()
        isReading = true
        take(actions, "want body")
      }
    case 8: take(connection.answer(), "answer")
    case 9: if isWriting { take(connection.write(1000, isAll: false), "write some") }
    case 10: if isWriting { take(connection.write(), "write all") }
    case 11: take(connection.passDeadline(), "deadline")
    case 12:
      let unacknowledged = Int.random(in: 0...2000, using: &generator)
      take(connection.measure(unacknowledged: unacknowledged), "measure")
    default:
      switch Int.random(in: 0..<20, using: &generator) {
      case 0: take(connection.state.broke(now: now).map(\.summary), "broke")
      case 1: take(connection.enter(.draining), "draining")
      case 2: take(connection.enter(.ending), "ending")
      case 3: take(connection.state.giveWay().map(\.summary), "give way")
      case 4:
        let ordinal = connection.state.requestCount
        take(connection.state.readerCancelled(ordinal: ordinal, now: now).map(\.summary), "cancel reader")
      default: connection.wait(.milliseconds(Int.random(in: 0...2000, using: &generator)))
      }
    }
    check(connection.state.input.count <= InputBuffer.limit, "holds \(connection.state.input.count) bytes")
    check(isReading == isStateReading, "a reader is \(isReading ? "forgotten" : "made up")")
    check(begun - reported == (isExchangeOpen ? 1 : 0), "\(begun) begun, \(reported) reported")
  }

  private var isStateReading: Bool {
    if case .exchange(let exchange) = connection.state.phase { exchange.isReading } else { false }
  }

  private var isExchangeOpen: Bool {
    switch connection.state.phase {
    case .exchange: true
    case .writing(let writing): writing.exchange != nil
    case .head, .draining, .lingering, .closed: false
    }
  }

  private mutating func take(_ actions: [String], _ event: String) {
    history.append("\(event): \(actions.joined(separator: ", ")) -> \(connection.phase)")
    for action in actions {
      check(!isClosed, "does something when it is closed: \(action)")
      switch action.split(separator: " ")[0] {
      case "begin": begun += 1
      case "read", "fail":
        check(isReading, "nobody reads: \(action)")
        isReading = false
      case "cancel" where action == "cancel reader":
        check(isReading, "nobody reads: \(action)")
        isReading = false
      case "report":
        reported += 1
        isWriting = false
      case "write" where action != "write 100": isWriting = true
      case "end": isWriting = false
      case "close": isClosed = true
      default: break
      }
    }
  }

  private mutating func check(_ holds: Bool, _ fault: String) {
    if !holds { faults.append(fault) }
  }
}

@Suite("A connection's state, whatever happens in whatever order")
struct ConnectionWalkTests {
  @Test("reports each request once, resumes each reader once, holds 4 KiB and does nothing once it is closed")
  func walks() {
    for _ in 0..<2000 {
      let seed = UInt64.random(in: 0...UInt64.max)
      var walk = Walk(generator: SeededGenerator(seed: seed))
      for _ in 0..<100 where walk.faults.isEmpty { walk.step() }
      #expect(walk.faults == [], "seed \(seed)\n\(walk.history.joined(separator: "\n"))")
    }
  }
}
