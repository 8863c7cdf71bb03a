import Testing

@testable import HTTP

/// A request that is refused by its header alone.
struct EarlyRefusal: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let line: String
  let status: Int
  /// Refused for its length, so it has no short body.
  var isAboutLength = false

  func head(_ length: Int, _ field: String = "") -> String {
    "\(line) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(field)\r\n"
  }
}

@Suite("What the header is enough to refuse")
struct EarlyRefusalTests {
  static let refusals = [
    EarlyRefusal(
      testDescription: "more than the server takes", line: "POST /echo", status: 413, isAboutLength: true),
    EarlyRefusal(testDescription: "an unknown route", line: "POST /nowhere", status: 404),
    EarlyRefusal(testDescription: "a method that the route has not", line: "PUT /echo", status: 405),
    EarlyRefusal(testDescription: "a method that nobody has", line: "FETCH /echo", status: 501),
    EarlyRefusal(testDescription: "by its handler's judgement", line: "POST /refuse", status: 415),
  ]
  private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let expectation = "Expect: 100-continue\r\n"
  private static let large = 4 << 20

  private func withServer(_ body: (TestServer) async throws -> Void) async throws {
    try await withRoutes(
      {
        $0.maximumBodyBytes = 1 << 20
        // The tests send slowly, as sanitizers run.
        $0.lingerTime = .seconds(120)
      }, body)
  }

  @Test("is refused instead of 100 Continue, and the connection closed", arguments: refusals)
  func withheldBody(_ refusal: EarlyRefusal) async throws {
    try await withServer { server in
      let client = try server.client()
      try await client.send(refusal.head(refusal.isAboutLength ? Self.large : 5, Self.expectation))
      let response = try await client.response()
      #expect(response.status == refusal.status)
      #expect(response["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test(
    "is refused before a short body, which is then skipped", arguments: refusals.filter { !$0.isAboutLength })
  func shortBody(_ refusal: EarlyRefusal) async throws {
    try await withServer { server in
      let client = try server.client()
      for _ in 0..<2 {
        try await client.send(refusal.head(5))
        let response = try await client.response()
        #expect(response.status == refusal.status)
        #expect(response["connection"] == nil)
        try await client.send("hello" + Self.hello)
        #expect(try await client.response().text == "hello\n")
      }
      try await client.send(refusal.head(5, Self.expectation) + "hello" + Self.hello)
      #expect(try await client.response().status == refusal.status)
      #expect(try await client.response().text == "hello\n")
    }
  }

  @Test("is refused before a long body, whose sender can read why and meets no reset", arguments: refusals)
  func longBody(_ refusal: EarlyRefusal) async throws {
    for field in ["", Self.expectation] {
      try await withServer { server in
        let client = try server.client()
        try await client.send(refusal.head(Self.large, field))
        let response = try await client.response()
        #expect(response.status == refusal.status)
        #expect(response["connection"] == "close")
        // A client that did not look sends on.
        try await client.send([UInt8](repeating: 0, count: Self.large))
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test("is refused while its sender sends on without looking", arguments: refusals)
  func blindSender(_ refusal: EarlyRefusal) async throws {
    try await withServer { server in
      let client = try server.client()
      try await client.send(Array(refusal.head(Self.large).utf8) + [UInt8](repeating: 0, count: Self.large))
      client.finishSending()
      #expect(try await client.finalResponse().status == refusal.status)
      #expect(try await client.rest() == [])
    }
  }

  @Test("is refused while its sender sends 40 MiB, more than the server takes, and only then looks")
  func longestBody() async throws {
    let length = 40 << 20
    try await withServer { server in
      let client = try server.client()
      let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
      try await client.send(Array(head.utf8) + [UInt8](repeating: 0, count: length))
      #expect(try await client.response().status == 413)
      #expect(try await client.rest() == [])
    }
  }

  @Test("is refused where a chunked body exceeds the limit, and the sender can read why")
  func longChunks() async throws {
    try await withServer { server in
      let client = try server.client()
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0, count: 0x10000) + [13, 10]
      try await client.send(Array(echo("Transfer-Encoding: chunked\r\n").utf8))
      for _ in 0..<64 { try await client.send(chunk) }
      #expect(try await client.response().status == 413)
      #expect(try await client.rest() == [])
    }
  }
}
