import HTTPTypes
import Testing

@testable import HTTP

@Suite("Fields of every answer")
struct CommonHeaderFieldsTests {
  private static let policy = HTTPField.Name("Content-Security-Policy")!
  private static let configure: @Sendable (inout ServerConfiguration) -> Void = {
    $0.commonHeaderFields = [policy: "default-src 'none'", .contentType: "never/this", .contentLength: "9"]
    $0.maximumHeaderBytes = 1000
    $0.headerTime = .milliseconds(100)
  }

  static let requests = [
    ("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", 200), ("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204),
    ("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n", 500), ("GET /hello HTTP/1.1\r\n\r\n", 400),
    ("GET /hello HTTP/2.0\r\n\r\n", 505), ("GET /hello HTTP/1.1\r\nHost:", 408),
    ("GET /hello HTTP/1.1\r\nX: \(String(repeating: "a", count: 2000))", 431),
  ]

  @Test("are in each, whoever makes it", arguments: requests.indices)
  func everywhere(_ index: Int) async throws {
    let (request, status) = Self.requests[index]
    try await withRoutes(Self.configure) { server in
      let response = try await server.answer(request)
      #expect(response.status == status)
      #expect(response["content-security-policy"] == "default-src 'none'")
    }
  }

  @Test("are in the refusal of a connection too many")
  func tooManyConnections() async throws {
    try await withRoutes({
      Self.configure(&$0)
      $0.maximumConnections = 0
    }) { server in
      let response = try await server.client().response()
      #expect(response.status == 503)
      #expect(response["content-security-policy"] == "default-src 'none'")
    }
  }

  @Test("give way to the answer's own and to the server's")
  func precedence() async throws {
    try await withRoutes(Self.configure) { server in
      let response = try await server.answer("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(
        response.fields.filter { $0.name == "content-type" }.map(\.value) == ["text/plain; charset=utf-8"])
      #expect(response.fields.filter { $0.name == "content-length" }.map(\.value) == ["6"])
    }
  }
}
