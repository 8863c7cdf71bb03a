import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

/// A body that nobody asked for is one that no client was told to send (`RequestBody`).
@Suite("What is refused before its body is read", .timeLimit(.minutes(1)))
struct EarlyRefusalTests {
  private func refusal(
    by service: TranslationService, _ target: String = "/translate", _ fields: HTTPFields = [:],
    method: HTTPRequest.Method = .post, declaredLength: Int? = 1000
  ) async throws -> Response {
    let body = WatchedBody()
    let answer = await service.respond(
      to: try .arriving(method, target, fields, body: body.body(declaredLength: declaredLength)))
    #expect(!body.wasRead)
    return answer
  }

  @Test("The double is read where nothing is refused", arguments: [nil, 1000])
  func double(declaredLength: Int?) async throws {
    let body = WatchedBody()
    _ = await (try TranslationService.ready()).respond(
      to: try .arriving(.post, "/translate", body: body.body(declaredLength: declaredLength)))
    #expect(body.wasRead)
  }

  @Test(
    "Parameters, models, directions, routes and methods",
    arguments: [
      ("/translate?quality=0", 400), ("/translate?direction=X", 400), ("/translate?model=nope", 404),
      ("/translate?model=other&direction=A2B", 404), ("/nothing", 404), ("/models", 405),
    ])
  func targets(target: String, status: Int) async throws {
    #expect(try await refusal(by: .ready(), target).status.code == status)
  }

  @Test("A wrong method")
  func method() async throws {
    #expect(try await refusal(by: .ready(), method: .put).status == .methodNotAllowed)
  }

  @Test(
    "A type of content that is no picture, with what would be taken",
    arguments: [
      "application/xml", "image/gif", "image/avif", "image/heic", "video/mp4", "multipart/mixed; boundary=x",
      "multipart/related; boundary=x", "text/html", "application/pdf", "no type", "",
      "multipart/form-data; boundary=",
    ])
  func types(type: String) async throws {
    let answer = try await refusal(by: .ready(), "/translate", [.contentType: type])
    #expect(answer.status == .unsupportedMediaType)
    #expect(
      answer.headerFields[.accept]
        == "image/png, image/jpeg, image/webp, multipart/form-data, application/json")
  }

  @Test("A type of a known format is named, with what to do")
  func namedType() async throws {
    let answer = try await refusal(by: .ready(), "/translate", [.contentType: "image/heic"])
    #expect(
      try answer.decoded(ProblemJSON.self).detail.hasPrefix("This is HEIC, not PNG, JPEG or WebP: export it"))
  }

  @Test(
    "A form without a boundary, or with a wrong one", arguments: ["", "; boundary=\"\"", "; boundary=\"a \""])
  func boundary(parameter: String) async throws {
    let fields: HTTPFields = [.contentType: "multipart/form-data\(parameter)"]
    #expect(try await refusal(by: .ready(), "/translate", fields).status == .badRequest)
  }

  @Test("A length beyond the limit", arguments: [[:], Form.headerFields])
  func length(fields: HTTPFields) async throws {
    let answer = try await refusal(by: .ready(), "/translate", fields, declaredLength: 1_000_001)
    #expect(answer.status == .contentTooLarge)
  }

  @Test("A full queue, a server that loads, and one that is to end at once, each counted")
  func unavailable() async throws {
    let loading = TranslationService(configuration: ServiceConfiguration(), logger: LogLines().logger())
    let hurried = try TranslationService.ready()
    hurried.state.hurry()
    let gate = Gate()
    let full = try TranslationService.ready({ $0.queue = .init(maxBatch: 1, maxQueue: 1) }, gate: gate)
    let picture = try RGBImage.pattern().png()
    let running = Task { try await full.post(picture) }
    await until { gate.arrived == 1 }
    let waiting = Task { try await full.post(picture) }
    await until { full.queueDepth == 1 }
    for (service, reason) in [(loading, "loading"), (hurried, "draining"), (full, "queue_full")] {
      let answer = try await refusal(by: service)
      #expect(answer.status == .serviceUnavailable && answer.headerFields[.retryAfter] != nil)
      #expect(
        service.metrics.exposition().contains("ugatit_http_refusals_total{reason=\"\(reason)\"} 1\n"),
        "\(reason)")
    }
    gate.open(times: 2)
    #expect(try await running.value.status == .ok)
    #expect(try await waiting.value.status == .ok)
  }

  @Test("No key, a wrong one, a malformed one")
  func keys() async throws {
    let ring = try KeyRing.holding([:])
    let service = try TranslationService.ready { $0.access.keys = ring }
    #expect(try await refusal(by: service).status == .unauthorized)
    for (value, status) in [("Bearer wrong", 401), ("Bearer a b", 400)] {
      #expect(try await refusal(by: service, "/translate", [.authorization: value]).status.code == status)
    }
  }

  @Test("Too many requests")
  func rate() async throws {
    let service = try TranslationService.ready { $0.access.requestsPerMinute = 1 }
    #expect(try await service.get("/models").status == .ok)
    // The same address as that of a request without a connection.
    let body = WatchedBody()
    let answer = await service.respond(
      to: try .arriving(.post, "/translate", from: "127.0.0.1", body: body.body()))
    #expect(answer.status == .tooManyRequests && answer.headerFields[.retryAfter] != nil && !body.wasRead)
  }
}
