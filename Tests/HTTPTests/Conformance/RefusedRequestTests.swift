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

  /// Whether it is certain where the request ends, so that another may follow it: its method alone is not known.
  var hasCertainEnd: Bool {
    status == 501 && !request.contains("Transfer-Encoding") && !request.hasPrefix("CONNECT")
  }
}

/// The head of a request for /echo with extra lines, each ended by CR LF, and what follows it.
func echo(_ lines: String, _ rest: String = "") -> String {
  "POST /echo HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\(rest)"
}

@Suite("Requests that RFC 9112 and RFC 9110 tell a server to refuse")
struct RefusedRequestTests {
  private func check(_ response: RawResponse, _ refused: RefusedRequest) {
    #expect(response.status == refused.status, "\(refused.rule): \(response.text)")
    #expect(response["content-type"] == "application/problem+json")
    #expect(response["date"] != nil)
  }

  @Test(
    "are refused with their status and the reason, and the connection closed",
    arguments: [requestLine, fields, framing, chunks].joined())
  func refuses(_ refused: RefusedRequest) async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(refused.request)
      let response = try await client.response(isBodiless: refused.request.hasPrefix("HEAD"))
      check(response, refused)
      if refused.hasCertainEnd {
        #expect(response["connection"] == nil)
      } else {
        #expect(response["connection"] == "close")
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test(
    "are refused in the same way where nobody reads their body, as far as it is taken in",
    arguments: framing + chunks)
  func refusesUnread(_ refused: RefusedRequest) async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(
        refused.request.replacing("POST /echo", with: "POST /nowhere", maxReplacements: 1))
      let response = try await client.response(isBodiless: refused.request.hasPrefix("HEAD"))
      if refused.request.utf8.count < InputBuffer.limit {
        check(response, refused)
      } else {
        #expect(response.status == 404)
      }
      #expect(response["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }
}
