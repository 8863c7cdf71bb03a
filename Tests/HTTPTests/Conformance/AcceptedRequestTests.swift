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
    ("9112 3.2.2: another Host", "GET http://a:80/hello HTTP/1.1\r\nHost: b\r\n\r\n", 200, "hello\n"),
    ("9112 3.2.2: an IPv6 URL", "GET http://[::1]:80/hello HTTP/1.1\r\nHost: b\r\n\r\n", 200, "hello\n"),
    ("9112 3: a line of 8000 bytes", "GET /items/\(long) HTTP/1.1\r\nHost: a\r\n\r\n", 200, long),
    ("9112 2.2: one empty line first", "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("9110 2.5: a later minor version", "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("9110 2.5: the last minor version", "GET /hello HTTP/1.9\r\nHost: a\r\n\r\n", 200, "hello\n"),
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
    ("3986 3.2.3: an empty port", "GET /hello HTTP/1.1\r\nHost: a:\r\n\r\n", 200, "hello\n"),
    ("3986 3.2.2: an IPv4 address", "GET /hello HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n", 200, "hello\n"),
    ("3986 3.2.2: an encoded name", "GET /hello HTTP/1.1\r\nHost: a%C3%A9_.\r\n\r\n", 200, "hello\n"),
    ("3986 2.1: percent-encoding", "GET /%68ello HTTP/1.1\r\nHost: a\r\n\r\n", 200, "hello\n"),
    ("3986 2.1: UTF-8 in a segment", "GET /items/%C3%A9%20x HTTP/1.1\r\nHost: a\r\n\r\n", 200, "é x"),
    (
      "a literal segment goes before a parameter", "GET /items/special HTTP/1.1\r\nHost: a\r\n\r\n", 200,
      "the special one"
    ),
    ("9112 6.3: no length means no body", "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200, ""),
    (
      "9110 5.5: space around a length",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \t 3 \t\r\n\r\nabc", 200, "abc"
    ),
    ("9110 8.6: a length of 0", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200, ""),
    (
      "9110 9.3.1: a body that a GET does not need",
      "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200, "hello\n"
    ),
    (
      "9110 9.3.1: a chunked body that a GET does not need",
      "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200,
      "hello\n"
    ),
    (
      "9110 9.3.7: a body that OPTIONS does not need",
      "OPTIONS /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 204, ""
    ),
    (
      "a field that only looks like a length",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent_Length: 9\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"
    ),
    (
      "a field that only looks like a coding",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", 200,
      "abc"
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
      "9112 7.1.2: as many trailers as there may be",
      chunked("1\r\nx\r\n0\r\n\(String(repeating: "A: b\r\n", count: 32))\r\n"), 200, "x"
    ),
    (
      "9112 6.1: chunked in any case",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ChunKed\r\n\r\n0\r\n\r\n", 200, ""
    ),
    (
      "9112 6.1: chunked between spaces, the name in capitals",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: \tchunked \t\r\n\r\n0\r\n\r\n", 200, ""
    ),
    (
      "9110 6.5.1: trailers that may not be there", chunked("1\r\nx\r\n0\r\nHost: b\r\nTE: z\r\n\r\n"), 200,
      "x"
    ),
    (
      "9110 10.1.1: an expectation without a body",
      "GET /hello HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", 200, "hello\n"
    ),
    (
      "9110 14.2: ranges are ignored",
      "GET /hello HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,1-2,0-9\r\nIf-Range: \"x\"\r\n\r\n", 200, "hello\n"
    ),
    (
      "9110 13.1.3: a date to compare with what has none is ignored",
      "GET /hello HTTP/1.1\r\nHost: a\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n", 200,
      "hello\n"
    ),
    (
      "9110 10.1.4: what the client takes need not be sent",
      "GET /hello HTTP/1.1\r\nHost: a\r\nTE: trailers, gzip\r\nConnection: TE\r\n\r\n", 200, "hello\n"
    ),
    ("9110 9.3.7: OPTIONS", "OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""),
    ("9112 3.2.4: OPTIONS of a server's URL", "OPTIONS http://a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""),
    ("9112 3.2.4: OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""),
    (
      "9110 7.8: an upgrade is ignored",
      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", 200, "hello\n"
    ),
    (
      "9110 7.8: an upgrade is ignored with a body",
      "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx",
      200, "x"
    ),
    (
      "9110 7.8: an upgrade to nothing known is ignored",
      "GET /hello HTTP/1.1\r\nHost: a\r\nUpgrade: x/1\r\n\r\n", 200, "hello\n"
    ),
  ]

  private static let long = String(repeating: "a", count: 7950)

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

  /// `/items/{id}` answers with what it got.
  static let foreign: [(target: String, status: Int, body: String?)] = [
    ("/hello%00", 404, nil), ("/hello%7F", 404, nil), ("/hello%0D%0AX:%20y", 404, nil),
    ("/items%2Fspecial", 404, nil), ("/%ff", 404, nil), ("/items/a%2Fb", 200, "a\u{FFFD}b"),
    ("/items/%ff%fe", 200, "\u{FFFD}\u{FFFD}"),
    ("/items/%c0%ae%c0%ae", 200, "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("/items/x%c3", 200, "x\u{FFFD}"), ("/items/%0D%0A", 200, "\u{FFFD}\u{FFFD}"),
    ("/hello?a=%ff&%00=%0D%0A", 200, "hello\n"),
  ]

  @Test(
    "3986 2.1: encoded bytes that name nothing are no fault, and reach no route", arguments: foreign.indices)
  func foreignBytes(_ index: Int) async throws {
    let (target, status, body) = Self.foreign[index]
    try await withRoutes { server in
      let response = try await server.answer("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(response.status == status)
      #expect(response["connection"] == nil)
      if let body { #expect(response.text == body) }
    }
  }
}
