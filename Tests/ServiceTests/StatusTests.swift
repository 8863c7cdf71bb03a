import Checkpoints
import HTTP
import HTTPTypes
import Images
import Testing

@testable import Batching
@testable import Service

@Suite("Health, models, metrics and help", .timeLimit(.minutes(1)))
struct StatusTests {
  @Test("Readiness follows the phases; liveness and the summary stay 200")
  func phases() async throws {
    let service = TranslationService(configuration: ServiceConfiguration(), logger: LogLines().logger())
    func statuses() async throws -> [Int] {
      var codes: [Int] = []
      for path in ["/health/ready", "/health/live", "/health"] {
        codes.append(try await service.get(path).status.code)
      }
      return codes
    }
    #expect(try await statuses() == [503, 200, 200])
    #expect(try await service.get("/models").status == .serviceUnavailable)
    service.becomeReady(with: .negative())
    #expect(try await statuses() == [200, 200, 200])
    service.state.beginDraining()
    #expect(try await statuses() == [503, 200, 200])
    #expect(try await service.post(try RGBImage.pattern().png()).status == .ok)
    let body = try await service.get("/health").body
    #expect(String(decoding: body, as: UTF8.self).contains(#""status":"draining""#))
  }

  @Test("/models tells what is loaded")
  func models() async throws {
    struct Answer: Decodable {
      struct Direction: Decodable, Equatable {
        let name: String
        let source: String
        let target: String
        let weights: String
        let discriminators: [String]
      }
      struct Model: Decodable {
        let name: String
        let imageWidth: Int
        let imageHeight: Int
        let precision: String
        let licence: String
        let directions: [Direction]
      }
      let defaultModel: String
      let models: [Model]
    }
    let answer = try await TranslationService.ready().get("/models").decoded(Answer.self)
    #expect(answer.defaultModel == "negative")
    #expect(answer.models.map(\.name) == ["negative", "other"])
    let other = answer.models[1]
    #expect(other.imageWidth == 48 && other.imageHeight == 32)
    #expect(other.precision == "f32" && other.licence == "CC0-1.0")
    #expect(
      other.directions == [
        .init(name: "B2A", source: "toon", target: "selfie", weights: "F16", discriminators: [])
      ])
  }

  @Test("/metrics counts images, batches and what is ready")
  func metrics() async throws {
    let service = try TranslationService.ready()
    _ = try await service.post(try RGBImage.pattern().png())
    _ = try await service.post("/translate", Array(try RGBImage.pattern().png().prefix(80)))
    let answer = try await service.get("/metrics")
    #expect(answer.headerFields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    let lines = Set(String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init))
    for line in [
      #"ugatit_images_total{model="negative",direction="A2B",result="ok"} 1"#,
      #"ugatit_images_total{model="negative",direction="A2B",result="422"} 1"#,
      #"ugatit_batch_size_bucket{le="1"} 1"#, "ugatit_batch_size_count 1",
      #"ugatit_stage_seconds_count{stage="batch_wait",model="negative",direction="A2B"} 1"#,
      #"ugatit_inference_seconds_count{model="negative",direction="A2B"} 1"#, "ugatit_queue_depth 0",
      "ugatit_ready 1", "ugatit_results_kept 1",
      #"ugatit_model_info{model="other",direction="B2A",variant="light",size="48x32",precision="f32"} 1"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let resident = try #require(lines.first { $0.hasPrefix("process_resident_memory_bytes ") })
    #expect(try #require(Double(String(resident.split(separator: " ")[1]))) > 1_000_000)
    #expect(lines.contains { $0.hasPrefix("ugatit_build_info{version=") })
  }

  @Test("A batch counts once, with all of its images")
  func batch() throws {
    let service = try TranslationService.ready()
    let direction = LoadedModel.negative(.named("negative", directions: ["A2B"])).directions[0]
    service.metrics.observe(
      BatchReport(
        key: BatchKey(direction: direction, goal: .image, size: nil),
        waits: [.milliseconds(250), .milliseconds(500)],
        ran: .milliseconds(125)))
    let lines = Set(service.metrics.exposition().split(separator: "\n").map(String.init))
    for line in [
      "ugatit_batch_size_count 1", "ugatit_batch_size_sum 2",
      #"ugatit_inference_seconds_sum{model="negative",direction="A2B"} 0.125"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test("/health tells how many images wait")
  func queueDepth() async throws {
    let service = try TranslationService.ready()
    let place = try #require(service.state.translator).queue.reserve()
    let body = try await service.get("/health").body
    #expect(String(decoding: body, as: UTF8.self).contains(#""queue_depth":1"#))
    withExtendedLifetime(place) {}
  }

  @Test("Wrong methods get 405 with Allow, unknown paths 404")
  func wrongMethod() async throws {
    let service = try TranslationService.ready()
    let answer = try await service.get("/translate")
    #expect(answer.status == .methodNotAllowed)
    #expect(answer.headerFields[.allow]?.contains("POST") == true)
    #expect(try await service.get("/nothing").status == .notFound)
  }

  @Test("/ shows curl lines for the address that was asked")
  func help() async throws {
    let answer = try await TranslationService.ready().get("/")
    #expect(answer.status == .ok)
    #expect(
      String(decoding: answer.body, as: UTF8.self).contains("curl -F image=@selfie.jpg localhost/translate"))
  }
}

@Suite("The catalogue of models")
struct ModelCatalogTests {
  @Test("The default is the one that was chosen, else the first by name")
  func defaultModel() throws {
    let models = [
      ModelDescription.named("b", directions: ["A2B"]), .named("a", directions: ["A2B", "B2A"]),
    ]
    #expect(
      try ModelCatalog(models).select(model: nil, direction: nil).key
        == ModelKey(model: "a", direction: "A2B"))
    #expect(ModelCatalog(models, defaultModel: "b").defaultModel == "b")
    #expect(throws: ModelSelectionError.unknownModel("c", offered: ["a", "b"])) {
      try ModelCatalog(models, defaultModel: "c").select(model: nil, direction: nil)
    }
    #expect(throws: ModelSelectionError.noModels) { try ModelCatalog([]).select(model: nil, direction: nil) }
  }

  @Test("A failed model may be the default, and is named with its reason")
  func failed() throws {
    let models = [ModelDescription.named("b", directions: ["A2B"])]
    let broken = FailedModel(name: "a", reason: "damaged")
    #expect(ModelCatalog(models, failed: [broken]).defaultModel == "b")
    let catalog = ModelCatalog(models, failed: [broken], defaultModel: "a")
    #expect(catalog.failedDefault == broken)
    for model in [nil, "a"] {
      #expect(throws: ModelSelectionError.failedModel(broken)) {
        try catalog.select(model: model, direction: nil)
      }
    }
    #expect(try catalog.select(model: "b", direction: nil).key.model == "b")
    let served = ModelCatalog(
      models + [.named("a", directions: ["A2B"])], failed: [broken], defaultModel: "a")
    #expect(served.failedDefault == nil)
    #expect(try served.select(model: nil, direction: nil).key.model == "a")
  }
}
