import Testing

@testable import HTTP

@Suite("What a connection takes in")
struct InputLimitTests {
  private static let head = "POST /a HTTP/1.1\r\nHost: a\r\n"

  private func bytes(_ count: Int) -> String { String(repeating: "x", count: count) }

  @Test("is 4 KiB, as long as nobody asks for it")
  func unread() {
    var connection = StateUnderTest()
    #expect(connection.state.inputLimit == 4096)
    connection.receive(Self.head + "Content-Length: 1000000\r\n\r\n" + bytes(1000))
    #expect(connection.state.inputLimit == 3096)
    #expect(!connection.state.wantsEnd)
    connection.receive(bytes(3096))
    #expect(connection.state.inputLimit == 0)
    // Whether the client is still there is asked in another way then.
    #expect(connection.state.wantsEnd)
    #expect(connection.wantBody() == ["read 4096"])
    #expect(connection.state.inputLimit == 4096)
    #expect(connection.state.input.isEmpty)
  }

  @Test("is kept in no memory when it has been read")
  func nothingKept() throws {
    var connection = StateUnderTest()
    connection.receive(Self.head + "Content-Length: 60000\r\n\r\n")
    connection.wantBody()
    #expect(connection.receive(bytes(60000)) == ["read 60000"])
    let kept = Mirror(reflecting: connection.state.input).descendant("bytes") as? [UInt8]
    #expect(try #require(kept).capacity == 0)
  }

  @Test("is the body while a task waits for it, and 4 KiB of what follows it")
  func awaited() {
    var connection = StateUnderTest()
    connection.receive(Self.head + "Content-Length: 1000000\r\n\r\n")
    connection.wantBody()
    #expect(connection.state.inputLimit == 1_004_096)
    var chunked = StateUnderTest()
    chunked.receive(Self.head + "Transfer-Encoding: chunked\r\n\r\n")
    chunked.wantBody()
    #expect(chunked.state.inputLimit == 4096)
    chunked.receive("100000\r\n")
    #expect(chunked.state.inputLimit == 0x10_0000 + 4096)
    #expect(chunked.receive(bytes(100)) == ["read 100"])
    #expect(chunked.state.inputLimit == 4096)
  }

  @Test("is the largest there is, where a client says that it sends as much")
  func largest() {
    var connection = StateUnderTest()
    connection.receive(Self.head + "Content-Length: \(Int.max)\r\n\r\n")
    connection.wantBody()
    #expect(connection.state.inputLimit == .max)
  }

  @Test("is nothing more while pipelined requests wait, and never more than 4 KiB of them")
  func pipelined() {
    let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    var connection = StateUnderTest()
    connection.receive(String(repeating: request, count: 4096 / request.utf8.count))
    for _ in 0..<(4096 / request.utf8.count) {
      #expect(connection.state.input.count + connection.state.inputLimit == 4096)
      connection.answer()
      #expect(connection.state.input.count + connection.state.inputLimit == 4096)
      connection.write()
    }
    #expect(connection.phase == "head")
  }

  @Test("is anything, to be thrown away, behind the last answer; and nothing behind the client's end")
  func ends() {
    var connection = StateUnderTest()
    connection.receive("GET / HTTP/1.0\r\n\r\n")
    connection.answer()
    connection.write()
    #expect(connection.state.inputLimit == .max)
    var ended = StateUnderTest()
    ended.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    ended.end()
    #expect(ended.state.inputLimit == 0)
    #expect(!ended.state.wantsEnd)
  }

  @Test("may end with a client that has finished: it is asked whether it is there, once, until its answer")
  func finished() {
    var connection = StateUnderTest()
    connection.receive(Self.head + "Content-Length: 1000000\r\n\r\n" + bytes(4096))
    connection.state.clientFinished(now: connection.now)
    #expect(connection.timeLeft == .seconds(1))
    #expect(!connection.state.wantsEnd)
    connection.wait(.milliseconds(500))
    #expect(connection.wantBody() == ["read 4096"])
    connection.end()
    #expect(connection.timeLeft == .milliseconds(500))
    #expect(connection.wantBody() == ["fail 400"])
  }
}
