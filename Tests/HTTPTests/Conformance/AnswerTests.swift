import Testing

@testable import HTTP

@Suite("Answers as RFC 9110 and RFC 9112 want them")
struct AnswerTests {
  @Test("9112 9.3: HTTP/1.1 connections live on unless the client says close")
  func persistence11() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n")
      #expect(try await client.response()["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test("9112 9.6: nothing behind a request that says close is answered")
  func afterClose() async throws {
    try await withRoutes { server in
      for options in ["close", ", close ,,", "keep-alive, close", "CLOSE"] {
        let client = try server.client()
        try await client.send(
          "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: \(options)\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        #expect(try await client.response().text == "hello\n")
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test("9112 9.3: HTTP/1.0 connections end unless the client says keep-alive")
  func persistence10() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try await client.response()["connection"] == "keep-alive")
      try await client.send("GET /hello HTTP/1.0\r\n\r\n")
      #expect(try await client.response()["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test("9112 9.3.2: pipelined requests are answered in order")
  func pipelining() async throws {
    try await withRoutes { server in
      let client = try server.client()
      let requests = (0..<200).map { number in
        number % 3 == 0
          ? "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(String(number).utf8.count)\r\n\r\n\(number)"
          : "GET /items/\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
      }
      try await client.send(requests.joined())
      for number in 0..<200 { #expect(try await client.response().text == "\(number)") }
    }
  }

  @Test("9110 9.3.2: HEAD gets the header of GET and no body")
  func head() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      let head = try await client.response(isBodiless: true)
      let get = try await client.response()
      #expect(head.status == 200)
      #expect(head["content-length"] == "6")
      #expect(head["content-type"] == get["content-type"])
      #expect(get.text == "hello\n")
    }
  }

  @Test("9110 15.3.5: 204 has neither a body nor a length")
  func noContent() async throws {
    try await withRoutes { server in
      let response = try await server.answer("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(response.status == 204)
      #expect(response["content-length"] == nil)
      let options = try await server.answer("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(options["content-length"] == nil)
    }
  }

  @Test("9110 8.6: 304 does not tell a length that is not the representation's")
  func notModified() async throws {
    try await withServer(handler: { _ in Response(status: .notModified) }) { server in
      let client = try server.client()
      for _ in 0..<2 {
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try await client.response()
        #expect(response.status == 304)
        #expect(response["content-length"] == nil)
      }
    }
  }

  @Test("9110 9.3.2: HEAD is refused without a body")
  func refusedHead() async throws {
    let long = String(repeating: "a", count: 40_000)
    try await withRoutes { server in
      for (request, status) in [
        ("HEAD /hello HTTP/1.1\r\n\r\n", 400), ("HEAD /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("HEAD /hello HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", 431),
        ("HEAD /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("HEAD * HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("HEAD /a|b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("HEAD /\(long.prefix(9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414), ("HEAD /\(long)", 414),
        ("HEAD /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("HEAD /../a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("HEAD /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("HEAD /hello HTTQ/1.1\r\n", 400),
        ("HEAD /hello\r\n", 400), ("HEAD /hel\0", 400), ("HEAD /hello HTTP/1.1\n", 400),
        ("HEAD /hello HTTP/1.1\rX", 400),
      ] {
        let client = try server.client()
        try await client.send(request)
        let response = try await client.response(isBodiless: true)
        #expect(response.status == status)
        #expect(response["content-length"] != "0")
        #expect(try await client.rest() == [])
      }
      let client = try server.client()
      try await client.send(
        "HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
      let head = try await client.response(isBodiless: true)
      let get = try await client.response()
      #expect(head.status == 404)
      #expect(head["content-length"] == get["content-length"])
    }
  }

  @Test("9110 9.3.2: HEAD is refused without a body as soon as its method is known, however it arrives")
  func refusedHeadInPieces() {
    let bytes = Array("HEAD /hel\0lo HTTP/1.1\r\n".utf8)
    for pieces in splits(of: bytes, seed: 3) {
      var connection = StateUnderTest()
      let actions = pieces.flatMap { connection.receive(String(decoding: $0, as: UTF8.self)) }
      #expect(actions == ["note malformed_request", "write 400 close bodiless"])
    }
    var slow = StateUnderTest()
    slow.receive("HEAD /hello")
    #expect(slow.passDeadline() == ["note header_timeout", "write 408 close bodiless"])
    var other = StateUnderTest()
    other.receive("HEAD")
    #expect(other.passDeadline() == ["note header_timeout", "write 408 close"])
  }

  @Test("9110 15.5.16: a body in a coding is refused before it comes, with the coding that is taken")
  func contentCoding() async throws {
    try await withRoutes { server in
      for coding in ["gzip", "br, gzip", "identity, zstd"] {
        let client = try server.client()
        try await client.send(
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Encoding: \(coding)\r\nContent-Length: 5\r\n"
            + "Expect: 100-continue\r\n\r\n")
        let response = try await client.response()
        #expect(response.status == 415)
        #expect(response["accept-encoding"] == "identity")
      }
      let plain = try await server.answer(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Encoding: Identity\r\nContent-Length: 2\r\n\r\nhi")
      #expect(plain.text == "hi")
      let unread = try await server.answer(
        "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi")
      #expect(unread.text == "hello\n")
    }
  }

  @Test("9110 6.6.1, 9112 6.1: every answer has a date and a length, and no transfer coding")
  func commonFields() async throws {
    try await withRoutes { server in
      for request in [
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n",
        "GET /fail HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "PUT /hello HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n",
        "FETCH /hello HTTP/1.1\r\nHost: a\r\n\r\n", "GET /hello HTTP/2.0\r\n\r\n",
      ] {
        let response = try await server.answer(request)
        // Sun, 06 Nov 1994 08:49:37 GMT
        #expect(
          response["date"]?.wholeMatch(of: #/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/#)
            != nil)
        #expect(response["content-length"] == "\(response.body.count)")
        #expect(response["content-type"] != nil)
        #expect(response["transfer-encoding"] == nil)
      }
    }
  }

  @Test("9110 9.3.8: TRACE sends nothing back")
  func trace() async throws {
    try await withRoutes { server in
      let response = try await server.answer(
        "TRACE /hello HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer swordfish\r\nContent-Length: 1\r\n\r\nx")
      #expect(response.status == 405)
      #expect(!response.text.contains("swordfish"))
    }
  }

  @Test("9110 15.5.6: 405 names the methods that are allowed")
  func methodNotAllowed() async throws {
    try await withRoutes { server in
      for method in ["DELETE", "TRACE", "PUT", "PATCH", "POST"] {
        let response = try await server.answer("\(method) /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 405)
        #expect(response["allow"] == "GET, HEAD, OPTIONS")
      }
    }
  }
}
