import Testing

@testable import HTTP

/// A request that must be refused, sent whole over a socket.
struct RefusedRequest: Sendable, CustomTestStringConvertible {
  let rule: String
  let request: String
  var status = 400

  init(_ rule: String, _ request: String, status: Int = 400) {
    self.rule = rule
    self.request = request
    self.status = status
  }

  var testDescription: String { rule }
}

/// The head of a request for /echo with extra lines, each ended by CR LF, and what follows it.
private func echo(_ lines: String, _ rest: String = "") -> String {
  "POST /echo HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\(rest)"
}

@Suite("Requests that RFC 9112 and RFC 9110 tell a server to refuse")
struct RefusedRequestTests {
  static let requestLine = [
    RefusedRequest("9112 2.2: a line that ends in LF alone", "GET /hello HTTP/1.1\nHost: a\n\n"),
    RefusedRequest("9112 2.2: LF alone behind a field", "GET /hello HTTP/1.1\r\nHost: a\n\r\n"),
    RefusedRequest("9112 2.2: CR alone in the request line", "GET /hello\rHTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 2.2: CR alone in a field", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
    RefusedRequest("9112 2.2: space before the first field", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"),
    RefusedRequest(
      "9112 2.2: more than one empty line first", "\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: two spaces before the target", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: two spaces before the version", "GET /hello  HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: a tab for a space", "GET\t/hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: a leading space", " GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: a trailing space", "GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: no version", "GET /hello\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3: only a method", "GET\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.1: a method that is no token", "GE(T /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.1: an unknown method", "FETCH /hello HTTP/1.1\r\nHost: a\r\n\r\n", status: 501),
    RefusedRequest(
      "9110 9.1: methods are case-sensitive", "get /hello HTTP/1.1\r\nHost: a\r\n\r\n", status: 501),
    RefusedRequest("9112 3.2: a relative target", "GET hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2: a fragment", "GET /hello#top HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2: bytes beyond ASCII in the target", "GET /hé HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2: a character no URL has", "GET /<hello> HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2: NUL in the target", "GET /hel\0lo HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2.2: another scheme", "GET ftp://a/hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest(
      "9112 3.2.2: an absolute target without host", "GET http:///hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9110 4.2.4: user information", "GET http://me@a/hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2.3: an authority without CONNECT", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9110 9.3.6: CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", status: 501),
    RefusedRequest("9112 3.2.4: * without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 2.3: HTTP/2.0", "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", status: 505),
    RefusedRequest("9113 3.4: the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
    RefusedRequest("9112 2.3: HTTP/0.9", "GET /hello HTTP/0.9\r\nHost: a\r\n\r\n", status: 505),
    RefusedRequest("9112 2.3: a version in small letters", "GET /hello http/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 2.3: a version of two digits", "GET /hello HTTP/1.10\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 2.3: another protocol", "GET /hello HTTPS/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("3986 2.1: % without digits", "GET /hello%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("3986 2.1: % with other letters", "GET /hello%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("an encoded NUL", "GET /hello%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("an encoded slash", "GET /items%2Fspecial HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("dot segments", "GET /items/../hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("encoded dot segments", "GET /items/%2e%2E/hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("a target that is not UTF-8", "GET /items/%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("overlong UTF-8", "GET /items/%c0%ae HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedRequest("a query that is not UTF-8", "GET /hello?a=%ff HTTP/1.1\r\nHost: a\r\n\r\n"),
  ]

  static let fields = [
    RefusedRequest("9112 5: a line without a colon", "GET /hello HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"),
    RefusedRequest("9112 5.1: a space before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n"),
    RefusedRequest("9112 5.1: a tab before the colon", "GET /hello HTTP/1.1\r\nHost: a\r\nX\t: b\r\n\r\n"),
    RefusedRequest("9112 5.2: a folded line", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"),
    RefusedRequest(
      "9112 5.2: a line folded with a tab", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n"),
    RefusedRequest("9110 5.1: an empty name", "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a space in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a name beyond ASCII", "GET /hello HTTP/1.1\r\nHost: a\r\nXé: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a delimiter in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX[]: b\r\n\r\n"),
    RefusedRequest("9110 5.5: NUL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
    RefusedRequest(
      "9110 5.5: a control character in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n"),
    RefusedRequest("9110 5.5: DEL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\u{7F}b\r\n\r\n"),
    RefusedRequest("9112 3.2: no Host", "GET /hello HTTP/1.1\r\n\r\n"),
    RefusedRequest("9112 3.2: no Host with an absolute target", "GET http://a/hello HTTP/1.1\r\n\r\n"),
    RefusedRequest("9112 3.2: two Hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2: two Hosts in HTTP/1.0", "GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    RefusedRequest("9112 3.2: a list of Hosts", "GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    RefusedRequest("9110 4.2.1: an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n"),
    RefusedRequest("9110 7.2: a path in Host", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    RefusedRequest("9110 7.2: user information in Host", "GET /hello HTTP/1.1\r\nHost: me@a\r\n\r\n"),
    RefusedRequest("9110 7.2: a space in Host", "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"),
    RefusedRequest("9110 7.2: a port that is no number", "GET /hello HTTP/1.1\r\nHost: a:b\r\n\r\n"),
    RefusedRequest("9110 7.2: a port too high", "GET /hello HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
    RefusedRequest("9110 7.2: an open bracket", "GET /hello HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    RefusedRequest(
      "9110 10.1.1: an unknown expectation", echo("Expect: tea\r\nContent-Length: 1\r\n"), status: 417),
  ]

  static let framing = [
    RefusedRequest("9112 6.3: a negative length", echo("Content-Length: -1\r\n")),
    RefusedRequest("9112 6.3: a plus sign", echo("Content-Length: +1\r\n", "x")),
    RefusedRequest("9112 6.3: an empty length", echo("Content-Length:\r\n")),
    RefusedRequest("9112 6.3: a length in hexadecimal", echo("Content-Length: 0x1\r\n", "x")),
    RefusedRequest("9112 6.3: a space in a length", echo("Content-Length: 1 1\r\n", "x")),
    RefusedRequest("9112 6.3: a length with decimals", echo("Content-Length: 1.0\r\n", "x")),
    RefusedRequest(
      "9112 6.3: a length of 2 to the 64th", echo("Content-Length: 18446744073709551617\r\n", "x")),
    RefusedRequest("9112 6.3: two lengths", echo("Content-Length: 1\r\nContent-Length: 2\r\n", "xx")),
    RefusedRequest("9112 6.3: two equal lengths", echo("Content-Length: 1\r\nContent-Length: 1\r\n", "x")),
    RefusedRequest("9112 6.3: a list of equal lengths", echo("Content-Length: 1, 1\r\n", "x")),
    RefusedRequest(
      "9112 6.1: length and coding", echo("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: coding and length", echo("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a coding in HTTP/1.0",
      "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("9112 6.1: chunked twice", echo("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: chunked in two fields",
      echo("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 6.1: chunked not last", echo("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 6.1: an unknown coding", echo("Transfer-Encoding: gzip, chunked\r\n"), status: 501),
    RefusedRequest("9112 6.1: identity", echo("Transfer-Encoding: identity\r\n"), status: 501),
    RefusedRequest("9112 6.1: a name like chunked", echo("Transfer-Encoding: xchunked\r\n"), status: 501),
    RefusedRequest("9112 6.1: an empty coding", echo("Transfer-Encoding:\r\n")),
    RefusedRequest("9112 6.1: a list that begins empty", echo("Transfer-Encoding: , chunked\r\n")),
    RefusedRequest("9112 6.1: chunked in quotes", echo("Transfer-Encoding: \"chunked\"\r\n")),
    RefusedRequest("9112 6.1: chunked with a parameter", echo("Transfer-Encoding: chunked;q=1\r\n")),
    RefusedRequest("9112 6.1: a vertical tab", echo("Transfer-Encoding: \u{B}chunked\r\n")),
  ]

  static let chunks = [
    RefusedRequest("9112 7.1: no size", chunked("\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size that is no number", chunked("g\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: 0x before a size", chunked("0x5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: an underscore in a size", chunked("1_0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a negative size", chunked("-5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a plus sign", chunked("+5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a space before a size", chunked(" 5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a space behind a size", chunked("5 \r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size of 2 to the 64th", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: LF alone behind a size", chunked("5\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: CR alone behind a size", chunked("5\rhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: more data than the size says", chunked("4\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: LF alone behind the data", chunked("5\r\nhello\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: a semicolon and nothing", chunked("5;\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: LF alone behind an extension", chunked("5;a\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1.1: an endless extension", chunked("5;a=\(String(repeating: "b", count: 1000))\r\n")),
    RefusedRequest("9112 7.1.2: a trailer that is no field", chunked("0\r\nnonsense\r\n\r\n")),
    RefusedRequest("9112 7.1.2: LF alone behind a trailer", chunked("0\r\nA: b\n\r\n")),
    RefusedRequest(
      "9112 7.1.2: too large a trailer", chunked("0\r\nA: \(String(repeating: "b", count: 9000))\r\n\r\n"),
      status: 431),
    RefusedRequest(
      "9112 7.1.2: too many trailers", chunked("0\r\n\(String(repeating: "A: b\r\n", count: 33))\r\n"),
      status: 431),
  ]

  private static func chunked(_ body: String) -> String { echo("Transfer-Encoding: chunked\r\n", body) }

  @Test(
    "is refused with its status and the reason, and the connection closed",
    arguments: [requestLine, fields, framing, chunks].joined())
  func refuses(_ refused: RefusedRequest) async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(refused.request)
      let response = try await client.response()
      #expect(response.status == refused.status, "\(refused.rule): \(response.text)")
      #expect(response["content-type"] == "application/problem+json")
      #expect(response["date"] != nil)
      // A request whose end is certain may be followed by another; after the others nothing may be read.
      if refused.status == 501, !refused.request.contains("Transfer-Encoding"),
        !refused.request.contains("CONNECT")
      {
        return
      }
      #expect(response["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test("9112 11.2: what follows a refused request is never taken for a request")
  func nothingIsSmuggled() async throws {
    let inner = "GET /items/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    let outer = [
      echo("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + inner),
      echo("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + inner),
      echo("Content-Length: 0\r\nContent-Length: \(inner.utf8.count)\r\n", inner),
      echo("Transfer-Encoding: chunked\r\n", "0;\n\r\n\r\n" + inner),
      "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\n\n" + inner,
    ]
    for request in outer {
      try await withRoutes { server in
        let client = try server.client()
        try await client.send(request)
        let everything = String(decoding: try await client.rest(), as: UTF8.self)
        #expect(!everything.contains("smuggled"))
        #expect(everything.components(separatedBy: "HTTP/1.1 ").count == 2, "\(everything)")
      }
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
