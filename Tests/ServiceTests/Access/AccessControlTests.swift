import FoundationEssentials
import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

/// A file of keys that lasts as long as this does.
final class KeyFile {
  let ring: KeyRing

  /// - Parameter keys: by name; one more is in the file, so that it is never empty.
  init(_ keys: [String: APIKey]) throws {
    let path = "/tmp/ugatit-keys-\(UInt64.random(in: 0...(.max)))"
    let lines = keys.map { $1.line(name: $0) } + [APIKey().line(name: "nobody")]
    #expect(
      FileManager.default.createFile(atPath: path, contents: Data(lines.joined(separator: "\n").utf8)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    ring = try KeyRing(path: path)
  }
}

extension KeyRing {
  static func holding(_ keys: [String: APIKey]) throws -> KeyFile { try KeyFile(keys) }
}

@Suite("Access with keys", .timeLimit(.minutes(1)))
struct AccessControlTests {
  private let alice = APIKey()
  private let bob = APIKey()
  private let log = LogLines()

  private func service(rateLimit: Int? = nil) throws -> TranslationService {
    let ring = try KeyRing.holding(["alice": alice, "bob": bob]).ring
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
  }

  @Test("The log and the metrics say the key's name, and nowhere a key or its hash")
  func names() async throws {
    let service = try service()
    for fields in [bearing(alice), bearing(APIKey()), [.authorization: "Bearer \(alice.text) x"]] {
      let request = try Request.arriving(.get, "/models", from: "203.0.113.9", fields)
      let answer = await service.respond(to: request)
      let told = String(decoding: answer.body, as: UTF8.self) + answer.headerFields.map { "\($0)" }.joined()
      #expect(!told.contains(alice.text))
      service.journal.finished(
        RequestRecord(
          id: request.id, remoteAddress: "203.0.113.9", method: .get, target: "/models", route: answer.route,
          status: answer.status, duration: .zero, receivedBytes: 0, sentBytes: 0, isComplete: true))
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
      let answer = await service.respond(to: request)
      service.journal.finished(
        RequestRecord(
          id: request.id, remoteAddress: "203.0.113.9", method: .get, target: "/models", route: answer.route,
          status: answer.status, duration: .zero, receivedBytes: 0, sentBytes: 0, isComplete: true))
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

@Suite("Access without keys", .timeLimit(.minutes(1)))
struct RateByAddressTests {
  private func service(_ rateLimit: Int, proxies: [String] = [], log: LogLines = LogLines()) throws
    -> TranslationService
  {
    let ranges = try proxies.map { try #require(AddressRange($0)) }
    return try .ready(
      {
        $0.access.requestsPerMinute = rateLimit
        $0.access.trustedProxies = ranges
      }, log: log)
  }

  private func status(
    _ service: TranslationService, _ target: String = "/models", from peer: String, _ fields: HTTPFields = [:]
  ) async throws -> Int {
    await service.respond(to: try .arriving(.get, target, from: peer, fields)).status.code
  }

  @Test("Each address has its rate; those of one IPv6 network of 2^64 share theirs")
  func addresses() async throws {
    let service = try service(1)
    #expect(try await status(service, from: "192.0.2.1") == 200)
    #expect(try await status(service, from: "192.0.2.1") == 429)
    #expect(try await status(service, from: "192.0.2.2") == 200)
    #expect(try await status(service, from: "2001:db8::1") == 200)
    #expect(try await status(service, from: "2001:db8::ffff:2") == 429)
    #expect(try await status(service, from: "2001:db8:0:1::1") == 200)
  }

  @Test("Health, help and metrics are not limited, and do not count")
  func unlimited() async throws {
    let service = try service(1)
    for _ in 0..<5 {
      for target in ["/", "/health", "/health/live", "/health/ready", "/metrics"] {
        #expect(try await status(service, target, from: "192.0.2.1") == 200)
      }
    }
    #expect(try await status(service, from: "192.0.2.1") == 200)
  }

  @Test("Behind a trusted proxy the clients count, in the log too; from others the word is not believed")
  func proxies() async throws {
    let log = LogLines()
    let service = try service(1, proxies: ["10.0.0.0/8"], log: log)
    let name = try #require(HTTPField.Name("X-Forwarded-For"))
    #expect(try await status(service, from: "10.0.0.1", [name: "203.0.113.1"]) == 200)
    #expect(try await status(service, from: "10.0.0.2", [name: "203.0.113.1"]) == 429)
    #expect(try await status(service, from: "10.0.0.1", [name: "203.0.113.2"]) == 200)
    #expect(try await status(service, from: "192.0.2.1", [name: "203.0.113.3"]) == 200)
    #expect(try await status(service, from: "192.0.2.1", [name: "203.0.113.4"]) == 429)

    let request = try Request.arriving(.get, "/health", from: "10.0.0.1", [name: "203.0.113.9"])
    _ = await service.respond(to: request)
    service.journal.finished(
      RequestRecord(
        id: request.id, remoteAddress: "10.0.0.1", method: .get, target: "/health", route: "/health",
        status: .ok,
        duration: .zero, receivedBytes: 0, sentBytes: 0, isComplete: true))
    #expect(log.all.contains { $0.contains(" client=203.0.113.9 ") })
  }

  @Test("A form counts as many requests as it has pictures")
  func pictures() async throws {
    let service = try service(1)
    let picture = try RGBImage.pattern().png()
    let form = Form.body(Array(repeating: ("image", picture), count: 9))
    let answer = try await service.post("/translate", form, headerFields: Form.headerFields)
    #expect(answer.status == .ok)
    let refused = try await service.post(picture)
    #expect(refused.status == .tooManyRequests)
    // One minute for each picture, less what this test has taken.
    let seconds = try #require(refused.headerFields[.retryAfter].flatMap { Int($0) })
    #expect((8 * 60...9 * 60).contains(seconds))
  }
}

@Suite("What every answer tells a browser")
struct SecurityFieldsTests {
  @Test("To guess no type, load nothing, be in no frame, tell no referrer, keep nothing")
  func fields() {
    let fields = HTTPFields.security
    #expect(fields[.xContentTypeOptions] == "nosniff")
    #expect(fields[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
    #expect(fields[.referrerPolicy] == "no-referrer")
    #expect(fields[.crossOriginResourcePolicy] == "same-origin")
    #expect(fields[.cacheControl] == "no-store")
  }
}
