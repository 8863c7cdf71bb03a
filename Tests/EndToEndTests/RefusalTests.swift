import FoundationEssentials
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// One server with small limits; every test has its own connection.
@Suite("What a server refuses", .strictServer, .timeLimit(.minutes(5)))
struct RefusalTests {
  private func answer(to request: String) async throws -> Client.Answer {
    let client = try await #require(ServerProcess.shared).client()
    try await client.send(Array(request.utf8))
    return try await client.answer()
  }

  /// Requests that are refused at every level, and their answers' status.
  private static let provocations: [(String, Int)] = [
    ("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ("GET /translate HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    ("BREW /models HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("GET /heatmap HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("nonsense\r\n\r\n", 400),
    ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    ("GET /\(String(repeating: "a", count: 600)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 3000))\r\n\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: a\r\n", count: 20))\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n", 417),
    ("POST /translate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ("POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 415),
    ("POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n", 413),
    ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
  ]

  @Test("Every answer, the parser's own too, tells a browser to trust nothing, and names no program or file")
  func fields() async throws {
    for (request, status) in Self.provocations + [("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n", 200)] {
      let answer = try await answer(to: request)
      let line = request.prefix { $0 != "\r\n" }
      #expect(answer.status == status, "\(line)")
      #expect(answer.fields["x-content-type-options"] == "nosniff", "\(line)")
      #expect(
        answer.fields["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'", "\(line)")
      #expect(answer.fields["referrer-policy"] == "no-referrer", "\(line)")
      #expect(answer.fields["cross-origin-resource-policy"] == "same-origin", "\(line)")
      #expect(answer.fields["cache-control"] == "no-store", "\(line)")
      #expect(answer.fields["server"] == nil && answer.fields["x-powered-by"] == nil, "\(line)")
      let text = answer.text + answer.fields.values.joined(separator: "\n")
      for leak in [".swift", "Sources", "models/", "/tmp", "/usr", "0.1.0", "Swift", "Fatal"] {
        #expect(!text.contains(leak), "\(leak): \(line)")
      }
    }
  }

  @Test(
    "A client that waits for 100 Continue is refused without it",
    arguments: [
      ("/translate?model=nope", "", 404), ("/translate?direction=C", "", 400),
      ("/translate?quality=0", "", 400),
      ("/translate", "Content-Type: application/xml\r\n", 415),
      ("/translate", "Content-Type: multipart/form-data\r\n", 400),
      ("/translate", "Content-Length: 2000000\r\n", 413), ("/nothing", "", 404), ("/models", "", 405),
    ])
  func expectation(target: String, fields: String, status: Int) async throws {
    let length = fields.contains("Content-Length") ? "" : "Content-Length: 50000\r\n"
    let answer = try await answer(
      to: "POST \(target) HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\(fields)\(length)\r\n")
    #expect(answer.status == status)
  }

  @Test("Metrics count what was refused, by reason")
  func reasons() async throws {
    for (request, _) in Self.provocations { _ = try await answer(to: request) }
    let metrics = try await answer(to: "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").text
    for reason in [
      "malformed_request", "unsupported_request", "target_too_long", "header_too_large", "too_many_fields",
      "body_too_large",
    ] {
      let line = try #require(
        metrics.split(separator: "\n").first {
          $0.hasPrefix("ugatit_http_refusals_total{reason=\"\(reason)\"}")
        })
      #expect(!line.hasSuffix(" 0"), "\(reason)")
    }
    #expect(metrics.contains("ugatit_http_refusals_total{reason=\"idle_timeout\"} 0\n"))
  }

  @Test("A trusted proxy's client is in the log; a page of a listed origin may ask, another may not")
  func proxyAndOrigins() async throws {
    let server = try #require(ServerProcess.shared)
    _ = try await answer(
      to:
        "GET /health HTTP/1.1\r\nHost: a\r\nX-Request-Id: via-proxy\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.9\r\n\r\n"
    )
    let line = try #require(await server.line(containing: "via-proxy"))
    #expect(line.contains(" client=203.0.113.9 "))
    for (origin, status) in [
      ("https://one.example", 204), ("https://two.example", 204), ("https://three.example", 403),
    ] {
      let answer = try await answer(
        to:
          "OPTIONS /translate HTTP/1.1\r\nHost: a\r\nOrigin: \(origin)\r\nAccess-Control-Request-Method: POST\r\n\r\n"
      )
      #expect(answer.status == status)
      #expect(answer.fields["access-control-allow-origin"] == (status == 204 ? origin : nil))
    }
  }
}

@Suite("A server that limits rates", .timeLimit(.minutes(5)))
struct RateLimitTests {
  @Test("The request too many gets 429 before its body is asked for; health answers on")
  func tooMany() async throws {
    let server = try ServerProcess("--rate-limit", "2")
    try await server.ready()
    let client = try await server.client()
    for _ in 0..<2 { #expect(try await client.request("GET", "/models").status == 200) }
    try await client.send(
      Array("POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n".utf8))
    let refused = try await client.answer()
    #expect(refused.status == 429)
    #expect(try #require(refused.fields["retry-after"].flatMap { Int($0) }) <= 30)
    #expect(try await server.client().request("GET", "/health/live").status == 200)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }
}

/// Gives a suite one server with small limits, set in the environment and on the command line, which overrules it.
struct WithStrictServer: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let server = try ServerProcess(
      "--max-body-mb", "1", "--max-target-bytes", "512", "--max-header-fields", "16", "--trusted-proxy",
      "127.0.0.0/8",
      environment: [
        "UGATIT_MAX_HEADER_BYTES": "2048", "UGATIT_TRUSTED_PROXY": "203.0.113.0/24",
        "UGATIT_CORS_ORIGIN": "https://one.example, https://two.example",
      ])
    try await server.ready()
    try await ServerProcess.$shared.withValue(server) { try await function() }
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }
}

extension Trait where Self == WithStrictServer {
  static var strictServer: WithStrictServer { WithStrictServer() }
}
