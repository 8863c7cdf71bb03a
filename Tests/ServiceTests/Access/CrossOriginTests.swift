import HTTPTypes
import Testing

@testable import HTTP
@testable import Service

@Suite("Pages of other sites", .timeLimit(.minutes(1)))
struct CrossOriginTests {
  private let question: HTTPFields = [
    .origin: "https://app.example", .accessControlRequestMethod: "POST",
    .accessControlRequestHeaders: "authorization",
  ]

  private func service(_ origins: [String]?, keys: KeyRing? = nil) throws -> TranslationService {
    let crossOrigin = try origins.map { try CrossOrigin(origins: $0) }
    return try .ready {
      $0.access.crossOrigin = crossOrigin
      $0.access.keys = keys
    }
  }

  private func ask(_ service: TranslationService, _ fields: HTTPFields) async throws -> Response {
    await service.respond(to: try .arriving(.options, "/translate", fields))
  }

  @Test("Nobody is given leave unless the operator says so")
  func off() async throws {
    let service = try service(nil)
    for answer in [
      try await ask(service, question), try await service.get("/models", headerFields: question),
    ] {
      #expect(!answer.headerFields.contains { $0.name.canonicalName.hasPrefix("access-control-") })
      #expect(answer.headerFields[.vary] == nil)
    }
  }

  @Test("A page of a listed origin is told what it may send, and for how long")
  func preflight() async throws {
    let service = try service(["https://app.example", "http://localhost:3000"], keys: try .holding([:]))
    let answer = try await ask(service, question)
    #expect(answer.status == .noContent && answer.body.isEmpty)
    #expect(answer.headerFields[.accessControlAllowOrigin] == "https://app.example")
    #expect(answer.headerFields[.accessControlAllowMethods] == "OPTIONS, POST")
    #expect(
      answer.headerFields[.accessControlAllowHeaders]
        == "Authorization, Content-Type, X-Request-Id, traceparent, tracestate")
    #expect(answer.headerFields[.accessControlMaxAge] == "7200")
    #expect(answer.headerFields[.vary] == "Origin")
    #expect(answer.headerFields[.accessControlAllowCredentials] == nil)
  }

  @Test("Answers, refusals too, may be read by it, with the fields that it needs")
  func answers() async throws {
    let service = try service(["https://app.example"])
    for target in ["/models", "/nothing", "/heatmap"] {
      let answer = try await service.get(target, headerFields: [.origin: "https://app.example"])
      #expect(answer.headerFields[.accessControlAllowOrigin] == "https://app.example")
      let exposed = try #require(answer.headerFields[.accessControlExposeHeaders])
      for name in ["Translation-Id", "Link", "Server-Timing", "Retry-After", "traceresponse"] {
        #expect(exposed.contains(name))
      }
      #expect(answer.headerFields[.vary] == "Origin")
    }
    let locked = try self.service(["https://app.example"], keys: try .holding([:]))
    let refused = try await locked.get("/models", headerFields: [.origin: "https://app.example"])
    #expect(refused.status == .unauthorized)
    #expect(refused.headerFields[.accessControlAllowOrigin] == "https://app.example")
  }

  @Test(
    "Other origins are given no leave",
    arguments: [
      "https://app.example.evil.example", "http://app.example", "https://app.example:8443", "null", "",
    ])
  func strangers(origin: String) async throws {
    let service = try service(["https://app.example"])
    var fields = question
    fields[.origin] = origin
    let preflight = try await ask(service, fields)
    #expect(preflight.status == .forbidden)
    let answer = try await service.get("/models", headerFields: [.origin: origin])
    #expect(answer.status == .ok)
    for answer in [preflight, answer] {
      #expect(answer.headerFields[.accessControlAllowOrigin] == nil)
      #expect(answer.headerFields[.vary] == "Origin")
    }
  }

  @Test("* gives every origin leave, and the answer is the same for all")
  func any() async throws {
    let service = try service(["*"])
    for answer in [
      try await ask(service, question), try await service.get("/models", headerFields: [.origin: "null"]),
    ] {
      #expect(answer.headerFields[.accessControlAllowOrigin] == "*")
      #expect(answer.headerFields[.vary] == nil)
    }
  }

  @Test("OPTIONS without the question is OPTIONS")
  func plainOptions() async throws {
    let answer = try await ask(try service(["*"]), [.origin: "https://app.example"])
    #expect(answer.status == .noContent && answer.headerFields[.allow] == "OPTIONS, POST")
  }

  @Test(
    "What no browser would send as an origin is refused at the start",
    arguments: [
      "app.example", "https://app.example/", "https://", "HTTPS://app.example", "https://App.example", "null",
      "",
      "ftp://app.example", "https://a b", "https://*.example", "https://app.example/path",
    ])
  func wrongOrigins(origin: String) {
    let error = #expect(throws: OriginError.self) { try CrossOrigin(origins: [origin]) }
    #expect(error?.description.contains("https://example.org") == true)
  }

  @Test("Ports and IPv6 hosts belong to origins", arguments: ["http://localhost:3000", "http://[::1]:80"])
  func origins(origin: String) throws {
    _ = try CrossOrigin(origins: [origin])
  }
}
