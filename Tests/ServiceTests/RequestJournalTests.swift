import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

@Suite("Accounting for requests")
struct RequestJournalTests {
  private func record(
    of request: Request, method: HTTPRequest.Method = .post, route: String? = "/translate",
    status: HTTPResponse.Status = .ok, isComplete: Bool = true
  ) -> RequestRecord {
    RequestRecord(
      remoteAddress: "10.0.0.7", method: method, target: "/translate?fit=pad", route: route,
      status: status, duration: .milliseconds(12), answerTime: .milliseconds(4), receivedBytes: 100,
      sentBytes: 200, isComplete: isComplete)
  }

  @Test("One line per request: id, method, path, status, time, bytes and batch")
  func line() async throws {
    let log = LogLines()
    let service = try TranslationService.ready(log: log)
    let name = try #require(HTTPField.Name("X-Request-Id"))
    let request = try Request.arriving(
      .post, "/translate?fit=pad", from: "10.0.0.7", [name: "mine"],
      body: RequestBody(try RGBImage.pattern().png()))
    let responder = service.responder(to: request)
    _ = try await responder.respond()
    responder.finished(record(of: request))
    #expect(log.all.count == 1)
    let line = try #require(log.all.first)
    #expect(
      line.hasSuffix(
        "info request batch=1 bytes=200 bytes_in=100 client=10.0.0.7 id=mine method=POST ms=12.0 "
          + "path=\"/translate?fit=pad\" status=200\n"))
    let lines = Set(service.metrics.exposition().split(separator: "\n").map(String.init))
    for line in [
      #"ugatit_http_requests_total{route="/translate",method="POST",status="200"} 1"#,
      "ugatit_http_request_bytes_total 100", "ugatit_http_response_bytes_total 200",
      #"ugatit_http_request_seconds_count{route="/translate"} 1"#,
      #"ugatit_http_request_seconds_sum{route="/translate"} 0.012"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test("A request whose client went before its handler began is accounted for, and nothing of it is kept")
  func withoutHandler() throws {
    let log = LogLines()
    let service = try TranslationService.ready(log: log)
    let name = try #require(HTTPField.Name("X-Request-Id"))
    weak var source: WatchedBody?
    do {
      let body = WatchedBody()
      source = body
      let request = try Request.arriving(.post, "/translate", [name: "mine"], body: body.body())
      service.responder(to: request).finished(
        record(of: request, route: nil, status: .badRequest, isComplete: false))
    }
    #expect(source == nil)
    let line = try #require(log.all.first)
    #expect(line.contains(" id=mine ") && line.contains(" aborted=true ") && !line.contains("batch="))
    #expect(
      service.metrics.exposition().contains(
        #"ugatit_http_requests_total{route="none",method="POST",status="400"} 1"#))
  }

  @Test("A client's invented methods share one label")
  func methods() throws {
    let service = try TranslationService.ready()
    for word in ["BREW", "WHEN"] {
      let method = try #require(HTTPRequest.Method(rawValue: word))
      let request = try Request(.get, "/")
      service.responder(to: request).finished(
        record(of: request, method: method, route: nil, status: .notImplemented))
    }
    #expect(
      service.metrics.exposition().contains(
        #"ugatit_http_requests_total{route="none",method="other",status="501"} 2"#))
  }

  @Test("The server's own part of an answer's time is told by what was asked and how it was answered")
  func answerTimes() throws {
    let service = try TranslationService.ready()
    func finish(_ method: HTTPRequest.Method, _ target: String, _ status: HTTPResponse.Status) throws {
      let request = try Request(method, target)
      service.responder(to: request).finished(record(of: request, status: status))
    }
    for status in [.ok, .serviceUnavailable] as [HTTPResponse.Status] {
      try finish(.get, "/health/ready", status)
    }
    try finish(.post, "/translate", .ok)
    try finish(.post, "/translate", .serviceUnavailable)
    let text = service.metrics.exposition()
    for (kind, count) in [("probe", 2), ("translation", 1), ("refusal", 1), ("other", 0)] {
      #expect(text.contains("ugatit_http_answer_seconds_bucket{kind=\"\(kind)\",le=\"0.0025\"} 0\n"))
      #expect(text.contains("ugatit_http_answer_seconds_bucket{kind=\"\(kind)\",le=\"0.005\"} \(count)\n"))
    }
  }

  @Test(
    "A refusal is what the server did not work on; who comes slowly or goes is no measure of it",
    arguments: [
      (.translation, 200, .translation), (.translation, 422, .translation), (.translation, 500, .translation),
      (.translation, 504, .translation), (.translation, 400, .refusal), (.translation, 401, .refusal),
      (.translation, 413, .refusal), (.translation, 429, .refusal), (.translation, 503, .refusal),
      (.translation, 408, .other), (.translation, 499, .other), (.other, 200, .other),
      (.other, 404, .refusal),
      (.probe, 200, .probe), (.probe, 503, .probe), (.probe, 405, .probe), (.probe, 499, .other),
    ] as [(RoutePolicy.Purpose, Int, AnswerKind)])
  func kinds(_ purpose: RoutePolicy.Purpose, _ status: Int, _ kind: AnswerKind) {
    #expect(AnswerKind(purpose, HTTPResponse.Status(code: status)) == kind)
  }

  @Test("Refusals and open connections are counted")
  func refusals() throws {
    let service = try TranslationService.ready()
    service.journal.refused(.headerTimeout, remoteAddress: "10.0.0.7")
    service.journal.connectionOpened()
    service.journal.connectionOpened()
    service.journal.connectionClosed()
    let text = service.metrics.exposition()
    #expect(text.contains(#"ugatit_http_refusals_total{reason="header_timeout"} 1"#))
    #expect(text.contains("ugatit_http_connections_total 2\n"))
    #expect(text.contains("ugatit_http_open_connections 1\n"))
  }
}
