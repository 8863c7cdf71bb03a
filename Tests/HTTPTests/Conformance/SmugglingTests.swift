import Testing

@testable import HTTP

/// Requests that two recipients could cut in different places, each with another inside that one of them would see.
@Suite("9112 11.2: what follows a refused request is never taken for a request")
struct SmugglingTests {
  private static let inner = "GET /items/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let lastChunk = "0\r\n\r\n"

  /// Ways to write `Transfer-Encoding: chunked` that only some take for it.
  static let codings = [
    "Transfer-Encoding: chunked", "transfer-encoding: CHUNKED", "Transfer-Encoding: chunked ",
    "Transfer-Encoding:\tchunked", "Transfer-Encoding: , chunked", "Transfer-Encoding: chunked,",
    "Transfer-Encoding : chunked", "Transfer-Encoding:\r\n chunked", " Transfer-Encoding: chunked",
    "Transfer-Encoding: \u{B}chunked", "Transfer-Encoding: \u{C}chunked", "Transfer-Encoding: chunked\0",
    "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked;a=b",
    "X: y\rTransfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "Transfer-Encoding\0: chunked",
    "X\0: y\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r", "Transfer-Encoding\u{B}: chunked",
  ]

  @Test("CL.TE and TE.CL, with every way to hide a coding", arguments: codings)
  func lengthAndCoding(_ coding: String) async throws {
    let hidden = Self.lastChunk + Self.inner
    let whole = "Content-Length: \(hidden.utf8.count)\r\n"
    let prefix = String(Self.inner.utf8.count, radix: 16) + "\r\n"
    for request in [
      echo(whole + coding + "\r\n", hidden), echo(coding + "\r\n" + whole, hidden),
      echo(
        "Content-Length: \(prefix.utf8.count)\r\n\(coding)\r\n", prefix + Self.inner + "\r\n" + Self.lastChunk
      ),
    ] {
      try await expectRefusal(of: request)
    }
  }

  static let lengths = [
    "4\r\nContent-Length: 50", "4, 50", "+50", "50x", "-4", "0x32", "050", "5 0", "4\r\n\tContent-Length: 50",
    "18446744073709551620", "4;50", "", "4\r\ncontent-length: 4",
  ]

  @Test("CL.CL and lengths that are none", arguments: lengths)
  func twoLengths(_ length: String) async throws {
    try await expectRefusal(of: echo("Content-Length: \(length)\r\n", "PING" + Self.inner))
  }

  static let chunks = [
    "0;\n\r\n\r\n", "+0\r\n\r\n", "0x0\r\n\r\n", "-0\r\n\r\n", "0\n\n", "0\r\r\n", "0\r\n\n", "0\n\r\n",
    ";\r\n\r\n",
    "\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello!!\r\n0\r\n\r\n", "10000000000000000\r\n0\r\n\r\n",
    "5;a\rb\r\nhello\r\n0\r\n\r\n", "0\r\nA: b\nC: d\r\n\r\n", "0\r\nA: b\r\n c\r\n\r\n",
  ]

  @Test("chunks that some take for the last, or for shorter ones", arguments: chunks)
  func brokenChunks(_ chunks: String) async throws {
    try await expectRefusal(of: echo("Transfer-Encoding: chunked\r\n", chunks + Self.inner))
  }

  @Test("codings in HTTP/1.0, and headers that some take to be over")
  func others() async throws {
    for request in [
      "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + Self.lastChunk
        + Self.inner,
      "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\n\n" + Self.inner,
      "GET /hello HTTP/1.1\r\nHost: a\r\n \r\n" + Self.inner,
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\r\n" + Self.inner,
    ] {
      try await expectRefusal(of: request)
    }
  }

  /// Sends `request` and one more, and expects one refusal and the end of the connection.
  private func expectRefusal(of request: String) async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(request + "GET /items/next HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = String(decoding: try await client.rest(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(request)\n\(answer)")
      #expect(answer.contains("Connection: close\r\n"))
      #expect(answer.matches(of: #/HTTP\/1\.1 /#).count == 1, "\(request)\n\(answer)")
      #expect(!answer.contains("smuggled"))
    }
  }

  @Test("bodies that nobody reads are not taken for requests either")
  func unreadBodies() async throws {
    let length = Self.inner.utf8.count
    for head in [
      "GET /hello", "HEAD /hello", "OPTIONS /hello", "DELETE /hello", "POST /nowhere", "POST /refuse",
    ] {
      for framing in [
        "Content-Length: \(length)\r\n\r\n\(Self.inner)",
        "Transfer-Encoding: chunked\r\n\r\n\(String(length, radix: 16))\r\n\(Self.inner)\r\n0\r\n\r\n",
      ] {
        try await withRoutes { server in
          let client = try server.client()
          try await client.send("\(head) HTTP/1.1\r\nHost: a\r\n\(framing)")
          _ = try await client.response(isBodiless: head.hasPrefix("HEAD"))
          try await client.send("GET /items/next HTTP/1.1\r\nHost: a\r\n\r\n")
          #expect(try await client.response().text == "next", "\(head)")
        }
      }
    }
  }
}
