import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

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
    _ = await service.serve(request)
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
