import Testing

@testable import HTTP

@Suite("Requests that RFC 9112 and RFC 9110 tell a server to understand")
struct AcceptedRequestTests {
  static let accepted: [(rule: String, request: String, status: Int, body: String)] = [
    ("9112 3.2.1: origin form", "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("9112 3.2.2: absolute form", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello\n"),
    (
      "9112 3.2.2: absolute form, scheme in capitals", "GET HTTP://a:80/hello HTTP/1.1\r\nHost: b\r\n\r\n",
      200, "hello\n"
    ),
    ("9112 2.2: one empty line first", "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("9110 2.5: a later minor version", "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("9112 5: no space behind the colon", "GET /hello HTTP/1.1\r\nHost:a\r\n\r\n", 200, "hello\n"),
    ("9112 5: space around the value", "GET /hello HTTP/1.1\r\nHost:\t a \t\r\n\r\n", 200, "hello\n"),
    ("9110 5.1: names in any case", "GET /hello HTTP/1.1\r\nhOsT: a\r\n\r\n", 200, "hello\n"),
    (
      "9110 5.5: bytes beyond ASCII in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: é\r\n\r\n", 200,
      "hello\n"
    ),
    ("9110 5.5: an empty value", "GET /hello HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n", 200, "hello\n"),
    ("9110 7.2: a port", "GET /hello HTTP/1.1\r\nHost: a.example:8080\r\n\r\n", 200, "hello\n"),
    ("9110 7.2: an IPv6 literal", "GET /hello HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200, "hello\n"),
    ("3986 2.1: percent-encoding", "GET /%68ello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("3986 2.1: UTF-8 in a segment", "GET /items/%C3%A9%20x HTTP/1.1\r\nHost: a\r\n\r\n", 200, "é x"),
    (
      "a literal segment goes before a parameter", "GET /items/special HTTP/1.1\r\nHost: a\r\n\r\n", 200,
      "the special one"
    ),
    ("9112 6.3: no length means no body", "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200, ""),
    (
      "9112 6.3: leading zeros of a length",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc", 200, "abc"
    ),
    (
      "9112 6.3: a body that a GET does not need",
      "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200, "hello\n"
    ),
    ("9112 7.1: chunks", chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), 200, "hello!"),
    (
      "9112 7.1: sizes in either case, with zeros",
      chunked("0A\r\n0123456789\r\n00b\r\n0123456789a\r\n000\r\n\r\n"), 200, "01234567890123456789a"
    ),
    ("9112 7.1: an empty chunked body", chunked("0\r\n\r\n"), 200, ""),
    ("9112 7.1.1: extensions", chunked("5;a;b=c ; d = \"e;\\\"\"\r\nhello\r\n0;z\r\n\r\n"), 200, "hello"),
    ("9112 7.1.2: trailers", chunked("5\r\nhello\r\n0\r\nA: b\r\nContent-Length: 7\r\n\r\n"), 200, "hello"),
    (
      "9112 6.1: chunked in any case",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ChunKed\r\n\r\n0\r\n\r\n", 200, ""
    ),
    ("9110 9.3.7: OPTIONS", "OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""),
    ("9112 3.2.4: OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""),
    (
      "9110 7.8: an upgrade is ignored",
      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", 200, "hello\n"
    ),
  ]

  private static func chunked(_ body: String) -> String {
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
  }

  @Test("is answered, and leaves the connection ready for the next", arguments: accepted.indices)
  func answers(_ index: Int) async throws {
    let (rule, request, status, body) = Self.accepted[index]
    try await withRoutes { server in
      let client = try server.client()
      for _ in 0..<2 {
        try await client.send(request)
        let response = try await client.response()
        #expect(response.status == status, "\(rule): \(response.text)")
        #expect(response.text == body, "\(rule)")
        #expect(response["connection"] == nil)
      }
    }
  }

  @Test("9112 9.3: HTTP/1.1 connections live on unless the client says close")
  func persistence11() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n")
      #expect(try await client.response()["connection"] == "close")
      #expect(try await client.rest() == [])
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

  @Test("9110 10.1.1: a refusal comes instead of 100 Continue, and ends the connection")
  func refusesInsteadOfContinue() async throws {
    try await withRoutes { server in
      for (path, length, status) in [("refuse", "5", 415), ("echo", "9999999", 413), ("nowhere", "5", 404)] {
        let client = try server.client()
        try await client.send(
          "POST /\(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\nExpect: 100-continue\r\n\r\n")
        let response = try await client.response()
        #expect(response.status == status)
        #expect(response["connection"] == "close")
      }
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
}
