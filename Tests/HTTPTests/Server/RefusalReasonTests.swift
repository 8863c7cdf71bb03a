import HTTPTypes
import Testing

@testable import HTTP

/// The reasons that have to do with time, descriptors and counts of connections are in `LimitTests`.
@Suite("The observer is told why a request is refused")
struct RefusalReasonTests {
  private static let long = String(repeating: "a", count: 2000)

  private static func form(_ body: String) -> String {
    "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  static let requests: [(request: String, reason: RefusalReason)] = [
    ("nonsense\r\n", .malformedRequest),
    ("GET / HTTP/1.1\r\n\r\n", .malformedRequest),
    (echo("Transfer-Encoding: chunked\r\n", "x\r\n"), .malformedRequest),
    (form("--b\r\nno field\r\n\r\n"), .malformedRequest),
    ("GET / HTTP/2.0\r\n\r\n", .unsupportedRequest),
    ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", .unsupportedRequest),
    (echo("Transfer-Encoding: gzip\r\n"), .unsupportedRequest),
    (echo("Expect: tea\r\n"), .unsupportedRequest),
    ("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", .targetTooLong),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", .headerTooLarge),
    (
      echo("Transfer-Encoding: chunked\r\n", "0\r\nX: \(long)\(long)\(long)\(long)\(long)\r\n"),
      .headerTooLarge
    ),
    ("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", .tooManyFields),
    (
      echo("Transfer-Encoding: chunked\r\n", "0\r\n\(String(repeating: "A: b\r\n", count: 33))"),
      .tooManyFields
    ),
    (echo("Content-Length: 5001\r\n"), .bodyTooLarge),
    (
      echo("Transfer-Encoding: chunked\r\n", "1388\r\n\(String(repeating: "a", count: 5000))\r\n1\r\na\r\n"),
      .bodyTooLarge
    ),
    (
      form(String(repeating: "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", count: 4)),
      .tooManyParts
    ),
    (form("--b\r\nX: \(long)\r\n\r\n"), .partHeaderTooLarge),
  ]

  @Test("in a word of a closed list", arguments: requests.indices)
  func reasons(_ index: Int) async throws {
    let (request, reason) = Self.requests[index]
    var router = testRouter()
    router.post("/form") { request in
      _ = try await request.formParts(limits: MultipartLimits(parts: 3, headerBytes: 1000))
      return Response()
    }
    let final = router
    try await withServer(
      {
        $0.maximumTargetBytes = 1000
        $0.maximumHeaderBytes = 1500
        $0.maximumHeaderFields = 4
        $0.maximumBodyBytes = 5000
      }, handler: { await final.respond(to: $0) }
    ) { server in
      let status = try await server.answer(request).status
      #expect(status >= 400)
      let refusals = try await server.observer.events { !$0.refusals.isEmpty }.refusals
      #expect(refusals == [reason])
    }
  }

  @Test("and of what a handler refuses it is told nothing but the status")
  func handlers() async throws {
    try await withRoutes { server in
      let status = try await server.answer("POST /refuse HTTP/1.1\r\nHost: a\r\n\r\n").status
      #expect(status == 415)
      let refusals = try await server.observer.events { $0.records.count == 1 }.refusals
      #expect(refusals == [])
    }
  }

  @Test("whose words are fit to be labels of a metric")
  func labels() {
    for reason in RefusalReason.allCases {
      let isPlain = reason.rawValue.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) }
      #expect(isPlain)
    }
    #expect(Set(RefusalReason.allCases.map(\.rawValue)).count == RefusalReason.allCases.count)
  }
}
