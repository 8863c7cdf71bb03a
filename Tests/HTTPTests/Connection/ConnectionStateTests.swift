import Testing

@testable import HTTP

/// A phase of a connection, and how to come to it.
private struct Phase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let reach: @Sendable (inout StateUnderTest) -> Void

  init(_ name: String, _ reach: @escaping @Sendable (inout StateUnderTest) -> Void) {
    testDescription = name
    self.reach = reach
  }

  private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n012"

  static let all = [
    Phase("fresh") { _ in },
    Phase("in a header") { $0.receive("GET /") },
    Phase("idle") {
      $0.receive(get)
      $0.answer()
      $0.write()
    },
    Phase("at work") { $0.receive(get) },
    Phase("body unread") { $0.receive(post) },
    Phase("body awaited") {
      $0.receive(post)
      $0.wantBody()
      $0.wantBody()
    },
    Phase("half-closed") {
      $0.receive(get)
      $0.end()
    },
    Phase("writing") {
      $0.receive(get)
      $0.answer()
      $0.write(100, isAll: false)
    },
    Phase("writing the last") {
      $0.receive("GET / HTTP/1.0\r\n\r\n")
      $0.answer()
      $0.write(100, isAll: false)
    },
    Phase("writing a refusal") {
      $0.receive("nonsense\r\n")
      $0.write(100, isAll: false)
    },
    Phase("draining") {
      $0.receive(post)
      $0.answer()
      $0.write()
    },
    Phase("lingering") {
      $0.receive("GET / HTTP/1.0\r\n\r\n")
      $0.answer()
      $0.write()
    },
    Phase("closed") { $0.end() },
  ]
}

/// Something that may happen to a connection in any phase.
private enum Event: String, CaseIterable, Sendable {
  case bytes, end, broke, deadline, draining, ending, giveWay, abort, answered, wrote,
    readerCancelled

  func happen(to connection: inout StateUnderTest) -> [String] {
    switch self {
    case .bytes: connection.receive("x")
    case .end: connection.end()
    case .broke: connection.state.broke(now: connection.now).map(\.summary)
    case .deadline: connection.passDeadline()
    case .draining: connection.enter(.draining)
    case .ending: connection.enter(.ending)
    case .giveWay: connection.state.giveWay().map(\.summary)
    case .abort: connection.state.abort(now: connection.now).map(\.summary)
    case .answered: connection.answer()
    case .wrote: connection.write()
    case .readerCancelled:
      connection.state.readerCancelled(ordinal: connection.state.requestCount, now: connection.now)
        .map(\.summary)
    }
  }
}

@Suite("A connection's state")
struct ConnectionStateTests {
  /// What is to be done, and the phase behind it.  Where a phase lacks an event, nothing is done and nothing changes.
  private static let outcomes: [String: [Event: String]] = [
    "fresh": [
      .end: "close -> closed",
      .broke: "close -> closed",
      .deadline: "note header_timeout, close -> closed",
      .giveWay: "note connection_limit, close -> closed",
      .abort: "close -> closed",
    ],
    "in a header": [
      .end: "close -> closed",
      .broke: "close -> closed",
      .deadline: "note header_timeout, write 408 close -> writing",
      .abort: "close -> closed",
    ],
    "idle": [
      .end: "close -> closed",
      .broke: "close -> closed",
      .deadline: "note idle_timeout, close -> closed",
      .ending: "close -> closed",
      .giveWay: "note connection_limit, close -> closed",
      .abort: "close -> closed",
    ],
    "at work": [
      .broke: "cancel work, report 499 incomplete, close -> closed",
      .abort: "cancel work, report 499 incomplete, close -> closed",
      .answered: "write 200 -> writing",
    ],
    "body unread": [
      .broke: "cancel work, report 499 incomplete, close -> closed",
      .abort: "cancel work, report 499 incomplete, close -> closed",
      .answered: "write 200 -> writing",
    ],
    "body awaited": [
      .bytes: "read 1 -> exchange",
      .end: "fail 400 -> exchange",
      .broke: "cancel work, cancel reader, report 499 incomplete, close -> closed",
      .deadline: "fail 408 -> exchange",
      .abort: "cancel work, cancel reader, report 499 incomplete, close -> closed",
      .answered: "cancel reader, write 200 -> writing",
      .readerCancelled: "cancel reader -> exchange",
    ],
    "half-closed": [
      .broke: "cancel work, report 499 incomplete, close -> closed",
      .deadline: "write 100 -> exchange",
      .abort: "cancel work, report 499 incomplete, close -> closed",
      .answered: "write 200 close -> writing",
    ],
    "writing": [
      .broke: "report 200 incomplete, close -> closed",
      .deadline: "measure -> writing",
      .abort: "report 200 incomplete, close -> closed",
      .wrote: "report 200 -> head",
    ],
    "writing the last": [
      .broke: "report 200 incomplete, close -> closed",
      .deadline: "measure -> writing",
      .abort: "report 200 incomplete, close -> closed",
      .wrote: "report 200, end -> lingering",
    ],
    "writing a refusal": [
      .broke: "close -> closed",
      .deadline: "measure -> writing",
      .abort: "close -> closed",
      .wrote: "end -> lingering",
    ],
    "draining": [
      .end: "close -> closed",
      .broke: "close -> closed",
      .deadline: "note body_timeout, close -> closed",
      .abort: "close -> closed",
    ],
    "lingering": [
      .end: "close -> closed",
      .broke: "discard, close -> closed",
      .deadline: "close -> closed",
      .abort: "close -> closed",
    ],
  ]

  @Test("meets every event in every phase", arguments: Phase.all)
  private func outcome(_ phase: Phase) {
    for event in Event.allCases {
      var connection = StateUnderTest()
      phase.reach(&connection)
      let before = connection.phase
      let actions = event.happen(to: &connection)
      let outcome = "\(actions.joined(separator: ", ")) -> \(connection.phase)"
      let expected = Self.outcomes[phase.testDescription]?[event] ?? " -> \(before)"
      #expect(outcome == expected, "\(event.rawValue)")
    }
  }

  @Test("begins the next of several requests when the answer before is out")
  func pipeline() {
    var connection = StateUnderTest()
    let requests = ["/a", "/b"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
    #expect(connection.receive(requests.joined() + "nonsense\r\n") == ["begin GET /a"])
    #expect(connection.answer() == ["write 200"])
    #expect(connection.write(10, isAll: false) == [])
    #expect(connection.write() == ["report 200", "begin GET /b"])
    #expect(connection.answer() == ["write 200"])
    #expect(connection.write() == ["report 200", "note malformed_request", "write 400 close"])
    #expect(connection.write() == ["end"])
  }

  @Test("goes on behind a body that nobody read, wherever it was cut")
  func unreadBody() {
    let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
    for cut in 0...4 {
      for whileWriting in 0...(4 - cut) {
        var connection = StateUnderTest()
        connection.receive(head + String(repeating: "x", count: cut))
        connection.answer()
        connection.receive(String(repeating: "x", count: whileWriting))
        connection.write()
        connection.receive(String(repeating: "x", count: 4 - cut - whileWriting))
        #expect(connection.receive("GET /b HTTP/1.1\r\nHost: a\r\n\r\n") == ["begin GET /b"])
      }
    }
  }

  @Test("gives a body piece by piece, asks for it when it is wanted, and says why there is no more")
  func body() {
    var connection = StateUnderTest()
    connection.receive(
      "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
    #expect(connection.wantBody() == ["write 100"])
    #expect(connection.receive("3\r\nab") == ["read 2"])
    #expect(connection.receive("c\r\n0\r\n") == [])
    #expect(connection.wantBody() == ["read 1"])
    #expect(connection.wantBody() == [])
    #expect(connection.receive("x\r\n") == ["fail 400"])
    #expect(connection.wantBody() == ["fail 400"])
    #expect(connection.answer() == ["write 200 close"])
  }

  @Test("counts the server's own time from the last bytes that were waited for, and from no others")
  func lastInput() {
    var connection = StateUnderTest()
    func lastInput() -> Duration? {
      guard case .exchange(let exchange) = connection.state.phase else { return nil }
      return .nanoseconds(exchange.lastInput)
    }
    connection.wait(.seconds(1))
    connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n")
    #expect(lastInput() == .seconds(1))
    connection.wait(.seconds(1))
    connection.receive("ab")
    #expect(lastInput() == .seconds(1))
    connection.wantBody()
    connection.wantBody()
    connection.wait(.seconds(1))
    connection.receive("cdef")
    #expect(lastInput() == .seconds(3))
    connection.wait(.seconds(1))
    connection.receive("GET /b HTTP/1.1\r\n")
    #expect(lastInput() == .seconds(3))
  }

  @Test("asks for the rest of a body of which only some framing has come, and goes on there")
  func framingFirst() {
    let chunks = "0;a=b\r\nT: u\r\n\r\n"
    for cut in 0..<chunks.utf8.count {
      var connection = StateUnderTest()
      let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
      connection.receive(head + String(decoding: chunks.utf8.prefix(cut), as: UTF8.self))
      #expect(connection.wantBody() == ["write 100"])
      #expect(connection.receive(String(decoding: chunks.utf8.dropFirst(cut), as: UTF8.self)) == ["read end"])
    }
  }

  @Test(
    "a client that has only just connected when the server ends has a moment to ask, and its header time then"
  )
  func firstMoment() {
    var silent = StateUnderTest()
    #expect(silent.enter(.ending) == [])
    #expect(silent.timeLeft == .milliseconds(500))
    #expect(silent.passDeadline() == ["close"])
    var asking = StateUnderTest()
    asking.enter(.ending)
    #expect(asking.receive("GET /a HTTP/1.1\r\n") == [])
    #expect(asking.timeLeft == .seconds(10))
    #expect(asking.receive("Host: a\r\n\r\n") == ["begin GET /a"])
    #expect(asking.answer() == ["write 200 close"])
  }

  @Test("a server that ends does not begin to drain again, in whatever order its word comes")
  func stages() {
    var connection = StateUnderTest()
    connection.enter(.ending)
    connection.enter(.draining)
    connection.receive("GET /a HTTP/1.1\r\n")
    #expect(connection.timeLeft == .seconds(10))
  }

  @Test("a client that has ended its side is not waited for behind its last answer")
  func halfClosed() {
    var last = StateUnderTest()
    last.receive("GET / HTTP/1.0\r\n\r\n")
    last.end()
    last.answer()
    #expect(last.write() == ["report 200", "close"])
    var cutShort = StateUnderTest()
    cutShort.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
    #expect(cutShort.answer() == ["write 200"])
    #expect(cutShort.end() == [])
    #expect(cutShort.write() == ["report 200", "close"])
  }

  @Test("a client that has ended its side is asked whether it is there while its next request is worked on")
  func halfClosedPipeline() {
    var connection = StateUnderTest()
    connection.receive("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.end()
    #expect(connection.answer() == ["write 200"])
    #expect(connection.write() == ["report 200", "begin GET /b"])
    #expect(connection.timeLeft == .seconds(1))
    #expect(connection.passDeadline() == ["write 100"])
  }

  @Test("tells how much of a body came, read or thrown away, and how much was sent")
  func byteCounts() {
    var connection = StateUnderTest()
    connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n012")
    #expect(connection.wantBody() == ["read 3"])
    connection.wantBody()
    #expect(connection.receive("34") == ["read 2"])
    connection.receive("5678")
    connection.answer(Response(text: "four"))
    let actions = connection.state.wrote(100, isAll: true, now: connection.now)
    guard case .report(let exchange, _, _) = actions.first else {
      Issue.record("there is no report")
      return
    }
    #expect(exchange.receivedBytes == 9 && exchange.sentBytes == 4)
  }

  @Test("while the server drains, each answer is its connection's last, and what idles stays")
  func draining() {
    var connection = StateUnderTest()
    #expect(connection.enter(.draining) == [])
    connection.receive("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(connection.answer() == ["write 200 close"])
    #expect(connection.write() == ["report 200", "end"])
  }

  @Test("behind an unread body that came when the server had ended, the connection ends")
  func endsBehindBody() {
    var connection = StateUnderTest()
    connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")
    #expect(connection.answer() == ["write 200"])
    connection.write()
    connection.enter(.ending)
    #expect(connection.receive("xxxx") == ["close"])
  }
}
