import Testing

@testable import HTTP

@Suite("Expect: 100-continue")
struct ExpectationTests {
  @Test("9110 10.1.1: 100 Continue comes when the handler reads the body, not before")
  func continues() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
      #expect(try await client.response().status == 100)
      try await client.send("hello")
      #expect(try await client.response().text == "hello")
    }
  }

  @Test("9110 10.1.1: no 100 Continue where the body is there already, or the client speaks HTTP/1.0")
  func noContinue() async throws {
    try await withRoutes { server in
      let early = try await server.answer(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")
      #expect(early.text == "hello")
      let old = try server.client()
      try await old.send("POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      try await old.send("hello")
      #expect(try await old.response().text == "hello")
    }
  }

  @Test("9110 10.1.1: no 100 Continue to HTTP/1.0, however long the body takes")
  func neverInOldVersion() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      // Another client is served meanwhile, so the handler of the first has had its time to ask for the body.
      for _ in 0..<20 { #expect(try await server.answer(echo("Content-Length: 1\r\n", "x")).text == "x") }
      try await client.send("hello")
      #expect(try await client.response().text == "hello")
    }
  }

  @Test("9110 10.1.1: 100 Continue comes once, and before a chunked body too")
  func once() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(echo("Transfer-Encoding: chunked\r\nExpect: 100-continue, 100-continue\r\n"))
      #expect(try await client.response().status == 100)
      for piece in ["5\r\nhe", "llo\r\n", "0\r\n", "\r\n"] { try await client.send(piece) }
      #expect(try await client.response().text == "hello")
      try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().text == "hello\n")
    }
  }
}
