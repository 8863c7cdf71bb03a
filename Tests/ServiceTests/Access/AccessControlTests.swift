import FoundationEssentials
import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

@Suite("Access with keys", .timeLimit(.minutes(1)))
struct AccessControlTests {
  private let alice = APIKey()
  private let bob = APIKey()
  private let log = LogLines()

  private func service(rateLimit: Int? = nil) throws -> TranslationService {
    let ring = try KeyRing.holding(["alice": alice, "bob": bob])
    return try .ready(
      {
        $0.access.keys = ring
        $0.access.requestsPerMinute = rateLimit
      }, log: log)
  }

  private func bearing(_ key: APIKey) -> HTTPFields { [.authorization: "Bearer \(key.text)"] }

  @Test(
    "Without a key, all but the help and the health get 401 and the challenge, paths that do not exist too",
    arguments: [
      "/models", "/metrics", "/heatmap", "/heatmap/abc", "/translate", "/nothing", "//", "/health/",
      "/HEALTH",
      "/health/live/x", "*",
    ])
  func locked(target: String) async throws {
    let request = try Request.arriving(target == "*" ? .options : .get, target)
    let answer = await (try service()).respond(to: request)
    #expect(answer.status == .unauthorized)
    #expect(answer.headerFields[.wwwAuthenticate] == "Bearer realm=\"ugatit\"")
    #expect(answer.headerFields[.contentType] == "application/problem+json")
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("Authorization: Bearer"))
  }

  @Test("The help and the health are open", arguments: ["/", "/health", "/health/live", "/health/ready"])
  func open(target: String) async throws {
    #expect(try await service().get(target).status == .ok)
  }

  @Test("With a key, everything is there")
  func unlocked() async throws {
    let service = try service()
    let picture = try RGBImage.pattern().png()
    let answer = try await service.post(picture, headerFields: bearing(alice))
    #expect(answer.status == .ok)
    let id = try #require(answer["Translation-Id"])
    for target in ["/heatmap/\(id)", "/models", "/metrics"] {
      #expect(try await service.get(target, headerFields: bearing(bob)).status == .ok)
    }
    #expect(try await service.get("/nothing", headerFields: bearing(bob)).status == .notFound)
  }

  @Test("RFC 6750 section 3.1: a wrong key gets 401 invalid_token, a malformed one 400 invalid_request")
  func wrongKeys() async throws {
    let service = try service()
    let unknown = try await service.get("/models", headerFields: bearing(APIKey()))
    #expect(unknown.status == .unauthorized)
    #expect(unknown.headerFields[.wwwAuthenticate] == "Bearer realm=\"ugatit\", error=\"invalid_token\"")
    let malformed = try await service.get("/models", headerFields: [.authorization: "Bearer a b"])
    #expect(malformed.status == .badRequest)
    #expect(malformed.headerFields[.wwwAuthenticate] == "Bearer realm=\"ugatit\", error=\"invalid_request\"")
    let basic = try await service.get("/models", headerFields: [.authorization: "Basic YTpi"])
    #expect(basic.status == .unauthorized)
  }

  @Test("A key in the query is none: queries are logged")
  func queryKey() async throws {
    let service = try service()
    #expect(try await service.get("/models?access_token=\(alice.text)").status == .unauthorized)
    _ = await service.serve(try .arriving(.get, "/models?key=\(alice.text)"))
    #expect(log.all.contains { $0.contains("path=\"/models?key=ugatit_[redacted]\"") })
    #expect(!log.all.joined().contains(alice.text))
  }

  @Test("The log and the metrics say the key's name, and nowhere a key or its hash")
  func names() async throws {
    let service = try service()
    for fields in [bearing(alice), bearing(APIKey()), [.authorization: "Bearer \(alice.text) x"]] {
      let request = try Request.arriving(.get, "/models", from: "203.0.113.9", fields)
      let answer = await service.serve(request)
      let told = String(decoding: answer.body, as: UTF8.self) + answer.headerFields.map { "\($0)" }.joined()
      #expect(!told.contains(alice.text))
    }
    let lines = log.all.filter { $0.contains(" request ") }
    #expect(lines.map { $0.contains(" key=alice ") } == [true, false, false])
    let metrics = service.metrics.exposition()
    #expect(metrics.contains("ugatit_key_requests_total{key=\"alice\",method=\"GET\",status=\"200\"} 1\n"))
    #expect(metrics.contains("ugatit_http_refusals_total{reason=\"unknown_key\"} 1\n"))
    #expect(metrics.contains("ugatit_http_refusals_total{reason=\"malformed_key\"} 1\n"))
    #expect(metrics.contains("ugatit_http_refusals_total{reason=\"no_key\"} 0\n"))
    for secret in ["ugatit_" + alice.text.dropFirst(7), APIKeyDigest(alice.text).description] {
      #expect(!(log.all.joined() + metrics).contains(secret))
    }
  }

  @Test("A key that is taken out of the file opens nothing from the next request on")
  func revoked() async throws {
    let path = "/tmp/ugatit-keys-\(UInt64.random(in: 0...(.max)))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(
      FileManager.default.createFile(atPath: path, contents: Data(alice.line(name: "alice").utf8)))
    let ring = try KeyRing(path: path)
    let service = try TranslationService.ready { $0.access.keys = ring }
    #expect(try await service.get("/models", headerFields: bearing(alice)).status == .ok)
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bob.line(name: "bob").utf8)))
    try ring.reload()
    #expect(try await service.get("/models", headerFields: bearing(alice)).status == .unauthorized)
    #expect(try await service.get("/models", headerFields: bearing(bob)).status == .ok)
  }

  @Test("Each key has a rate of its own, and 429 says how long to wait")
  func rateByKey() async throws {
    let service = try service(rateLimit: 2)
    for _ in 0..<2 { #expect(try await service.get("/models", headerFields: bearing(alice)).status == .ok) }
    let refused = try await service.get("/models", headerFields: bearing(alice))
    #expect(refused.status == .tooManyRequests)
    let seconds = try #require(refused.headerFields[.retryAfter].flatMap { Int($0) })
    #expect((1...30).contains(seconds))
    #expect(try await service.get("/models", headerFields: bearing(bob)).status == .ok)
    #expect(service.metrics.exposition().contains("ugatit_http_refusals_total{reason=\"rate_limit\"} 1\n"))
  }

  @Test("The log says whose requests were too many")
  func rateInLog() async throws {
    let service = try service(rateLimit: 1)
    for _ in 0..<2 {
      let request = try Request.arriving(.get, "/models", from: "203.0.113.9", bearing(alice))
      _ = await service.serve(request)
    }
    #expect(log.all.count { $0.contains(" key=alice ") && $0.contains(" status=429") } == 1)
  }

  @Test("The help tells how to send a key, to strangers too, and no version")
  func help() async throws {
    let page = String(decoding: try await service().get("/").body, as: UTF8.self)
    #expect(page.contains("-H \"Authorization: Bearer $KEY\"") && !page.contains(Version.current))
    let open = String(decoding: try await TranslationService.ready().get("/").body, as: UTF8.self)
    #expect(!open.contains("Authorization"))
  }
}
