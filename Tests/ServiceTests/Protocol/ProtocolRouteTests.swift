import FoundationEssentials
import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

@Suite("What /v2 tells, and how models are changed by it", .timeLimit(.minutes(1)))
struct ProtocolRouteTests {
  private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

  @Test("Health follows the phases; unknown query parameters mean nothing")
  func health() async throws {
    let service = TranslationService(configuration: ServiceConfiguration(), logger: LogLines().logger())
    #expect(try await service.get("/v2/health/ready").status == .serviceUnavailable)
    #expect(try await service.get("/v2/models/negative").status == .serviceUnavailable)
    service.becomeReady(with: .negative())
    #expect(text(try await service.get("/v2/health/live?test_1=1&test_2=2")) == #"{"live":true}"#)
    #expect(text(try await service.get("/v2/health/ready?a=1")) == #"{"ready":true}"#)
    #expect(text(try await service.get("/v2/models/negative/ready")) == #"{"name":"negative","ready":true}"#)
    service.state.beginDraining()
    #expect(try await service.get("/v2/health/ready").status == .serviceUnavailable)
    #expect(try await service.get("/v2/health/live").status == .ok)
  }

  @Test("Every direction has a name, and each model that of its first")
  func names() async throws {
    let service = try TranslationService.ready()
    #expect(
      text(try await service.get("/v2/models"))
        == #"{"models":["negative","negative.A2B","negative.B2A","other","other.B2A"]}"#)
    for path in ["/v2", "/v2/"] { #expect(text(try await service.get(path)).contains(#""name":"ugatit""#)) }
  }

  @Test("Metadata and configuration have the model's shapes")
  func metadata() async throws {
    let service = try TranslationService.ready()
    let version = ModelDescription.named("other", directions: ["B2A"]).version
    for path in ["other", "other.B2A", "other/versions/\(version)"] {
      let metadata = text(try await service.get("/v2/models/\(path)"))
      #expect(metadata.contains(#""inputs":[{"datatype":"FP32","name":"image","shape":[-1,3,32,48]}]"#))
      #expect(metadata.contains(#"{"datatype":"FP32","name":"heatmap","shape":[-1,8,12]}"#))
      #expect(metadata.contains(#""versions":["\#(version)"]"#))
    }
    let configuration = text(try await service.get("/v2/models/negative/config"))
    #expect(configuration.contains(#""max_batch_size":4"#))
    #expect(configuration.contains(#""default_priority_level":1"#))
    #expect(configuration.contains(#""priority_levels":2"#))
    #expect(configuration.contains(#"{"data_type":"TYPE_FP32","dims":[3,32,48],"name":"image"}"#))
  }

  @Test("Statistics count images and batches, whoever asked")
  func statistics() async throws {
    let service = try TranslationService.ready()
    _ = try await service.post(try RGBImage.pattern().png())
    let statistics = text(try await service.get("/v2/models/negative/stats"))
    #expect(statistics.contains(#""inference_count":1"#) && statistics.contains(#""execution_count":1"#))
    #expect(statistics.contains(#""batch_size":1"#))
    #expect(text(try await service.get("/v2/models/stats")).contains(#""name":"other.B2A""#))
  }

  @Test("Models come and go by the repository, and the index tells")
  func repository() async throws {
    let models = try SmallModels("a")
    var configuration = ServiceConfiguration()
    configuration.models = models.path
    configuration.queue.maxBatch = 1
    let service = TranslationService(configuration: configuration, logger: LogLines().logger())
    _ = try await service.loadModels()
    func change(_ name: String, _ body: String = "{}") async throws -> Response {
      try await service.post("/v2/repository/models/\(name)", Array(body.utf8))
    }
    func index(_ body: String = "") async throws -> String {
      text(try await service.post("/v2/repository/index", Array(body.utf8)))
    }
    try models.add("b")
    #expect(text(try await change("b/load")) == #"{"load":true,"name":"b"}"#)
    #expect(try await index().contains(#""name":"b.A2B","reason":"","state":"READY""#))
    #expect(try await change("b/unload", #"{"parameters":{"unload_dependents":false}}"#).status == .ok)
    // When the last who has it lets go.
    try await until { try await index().contains(#""name":"b","reason":"unloaded","state":"UNAVAILABLE""#) }
    #expect(try await !index(#"{"ready":true}"#).contains(#""name":"b""#))
    for (path, body, words) in [
      ("b/load", "{", "JSON"), ("b/load", #"{"parameters":{"config":"{}"}}"#, "what its directory holds"),
      ("b/load", #"{"parameters":{"file:1/model":""}}"#, "what its directory holds"),
      ("a.A2B/load", "{}", "one direction"), ("a.A2B/unload", "{}", "one direction"),
      ("x/load", "{}", "there is no model named"), ("x/unload", "", "there is no model named"),
      ("%2e%2e%2fa/load", "{}", "there is no model"),
    ] {
      let response = try await change(path, body)
      #expect([400, 404].contains(response.status.code), "\(path)")
      #expect(text(response).contains(words) || response.status == .notFound, "\(path) \(text(response))")
    }
    try models.add("b", seed: 2)
    try models.damage("b")
    let refused = try await change("b/load")
    #expect(refused.status == .badRequest && text(refused).contains("SHA-256"))
  }

  @Test("Whoever is no administrator changes nothing")
  func administrators() async throws {
    let service = try TranslationService.ready()
    for change in ["load", "unload"] {
      let request = try Request.arriving(.post, "/v2/repository/models/negative/\(change)", from: "192.0.2.1")
      let response = await service.respond(to: request)
      #expect(response.status == .forbidden)
      #expect(text(response).contains(#""error":"#))
    }
  }
}
