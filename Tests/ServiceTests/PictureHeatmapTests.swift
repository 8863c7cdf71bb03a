import Batching
import FoundationEssentials
import HTTP
import HTTPTypes
import Images
import Networks
import Synchronization
import Testing

@testable import Service

@Suite("POST /heatmap", .timeLimit(.minutes(1)))
struct PictureHeatmapTests {
  private let picture = RGBImage.pattern(width: 96, height: 64)

  private struct Matrix: Decodable, Equatable {
    let id: String?
    let model: String
    let direction: String
    let width: Int
    let height: Int
    let values: [[Float]]
  }

  @Test("A picture gives the heatmap that its translation would have, drawn alike, and keeps nothing")
  func drawn() async throws {
    let service = try TranslationService.ready()
    for query in ["", "?style=gray", "?style=overlay&size=original&fit=crop&profile=ignore"] {
      let answer = try await service.post("/heatmap\(query)", try picture.png())
      #expect(answer.status == .ok && answer.headerFields[.contentType] == "image/png")
      #expect(answer["Translation-Id"] == nil && answer["Link"] == nil)
      #expect(answer["Server-Timing"]?.contains("inference;dur=") == true)
      let fit = query.contains("crop") ? "?fit=crop&profile=ignore" : ""
      let id = try #require(try await service.post("/translate\(fit)", try picture.png())["Translation-Id"])
      let shown = query.replacing("&fit=crop&profile=ignore", with: "")
      #expect(try await service.get("/heatmap/\(id)\(shown)").body == answer.body)
    }
    #expect(service.metrics.exposition().contains("ugatit_results_kept 3\n"))
  }

  @Test("Accept: application/json gives the numbers, as of an earlier translation but for the id")
  func numbers() async throws {
    let service = try TranslationService.ready()
    let fields: HTTPFields = [.accept: "application/json"]
    let answer = try await service.post("/heatmap?model=other", try picture.png(), headerFields: fields)
    let matrix = try answer.decoded(Matrix.self)
    #expect(answer.headerFields[.contentType] == "application/json" && answer["Server-Timing"] != nil)
    #expect(matrix.id == nil && matrix.model == "other" && matrix.direction == "B2A")
    #expect(matrix.width == 12 && matrix.height == 8)
    #expect(matrix.values.flatMap { $0 } == NegativeNetwork.heatmap)
  }

  @Test("A form with one picture and a JSON document are answered like a raw body")
  func bodies() async throws {
    let service = try TranslationService.ready()
    let raw = try await service.post("/heatmap?style=gray", try picture.png())
    let form = try await service.post(
      "/heatmap?style=gray", Form.body([("image", try picture.png())]), headerFields: Form.headerFields)
    #expect(form.body == raw.body)
    let base64 = Data(try picture.png()).base64EncodedString()
    func document(_ more: String) -> [UInt8] {
      Array("{\"inputs\":\"\(base64)\",\"parameters\":{\"style\":\"gray\"\(more)}}".utf8)
    }
    let json: HTTPFields = [.contentType: "application/json"]
    #expect(try await service.post("/heatmap", document(""), headerFields: json).body == raw.body)
    let size = #","target_size":{"width":20,"height":10}"#
    let resized = try await service.post("/heatmap", document(size), headerFields: json)
    let drawn = try RGBImage(decoding: resized.body)
    #expect(drawn.width == 20 && drawn.height == 10)
  }

  @Test("A form with several gives the numbers or a problem of each, in order")
  func several() async throws {
    struct Answer: Decodable {
      struct Result: Decodable {
        let width: Int?
        let status: Int?
      }
      let results: [Result]
    }
    let service = try TranslationService.ready()
    let parts = [try picture.png(), Array(try picture.png().prefix(60)), try RGBImage.pattern().png()]
    let answer = try await service.post(
      "/heatmap", Form.body(parts.map { ("image", $0) }), headerFields: Form.headerFields)
    #expect(answer.status == .ok && answer.headerFields[.contentType] == "application/json")
    let results = try answer.decoded(Answer.self).results
    #expect(results.map(\.width) == [12, nil, 12] && results.map(\.status) == [nil, 422, nil])
  }

  @Test(
    "What is only a translation's is not known here, and the rest is as strict",
    arguments: ["format=png", "quality=3", "id=1", "style=hot", "fit=fill", "size=large", "direction=C"])
  func wrong(query: String) async throws {
    let answer = try await TranslationService.ready().post("/heatmap?\(query)", try picture.png())
    #expect(answer.status == .badRequest)
  }

  @Test("It waits, counts, fails and is logged as a translation is")
  func policy() async throws {
    let gate = Gate()
    let log = LogLines()
    let service = try TranslationService.ready({ $0.queue.maxQueue = 1 }, gate: gate, log: log)
    let body = try picture.png()
    let running = Task { await service.serve(try Request(.post, "/heatmap", body: body)) }
    await until { gate.arrived == 1 }
    let waiting = Task { await service.serve(try Request(.post, "/heatmap", body: body)) }
    await until { service.queueDepth == 1 }
    let refused = await service.serve(try Request(.post, "/heatmap", body: body))
    #expect(refused.status == .serviceUnavailable && refused["Retry-After"] != nil)
    gate.open(times: 2)
    #expect(try await running.value.status == .ok)
    #expect(try await waiting.value.status == .ok)
    gate.open()
    let failed = await service.serve(try Request(.post, "/heatmap?direction=B2A", body: body))
    #expect(failed.status == .internalServerError)
    gate.open()
    let time: HTTPFields = [.requestTimeout: "0.000001"]
    let late = await service.serve(try Request(.post, "/heatmap", headerFields: time, body: body))
    #expect(late.status == .gatewayTimeout)
    let metrics = service.metrics.exposition()
    for line in [
      #"ugatit_images_total{model="negative",direction="A2B",result="ok"} 2"#,
      #"ugatit_images_total{model="negative",direction="B2A",result="500"} 1"#,
      #"ugatit_http_refusals_total{reason="queue_full"} 1"#,
      #"ugatit_http_requests_total{route="/heatmap",method="POST",status="200"} 2"#,
      #"ugatit_http_answer_seconds_count{kind="translation"} 4"#,
    ] {
      #expect(metrics.contains(line + "\n"), "\(line)")
    }
    #expect(log.all.count { $0.contains("path=/heatmap") && $0.contains("batch=1") } == 2)
  }

  @Test("It shares batches with its like, and with no translation")
  func batches() async throws {
    let reports = Mutex<[BatchReport<BatchKey>]>([])
    // Each batch waits until it is full.
    let queue = InferenceQueue(.init(maxBatch: 2, maxQueue: 8, maxDelay: .seconds(3600))) { report in
      reports.withLock { $0.append(report) }
    }
    let direction = LoadedModel.negative(.named("negative", directions: ["A2B"])).directions[0]
    let tensor = RGBImage.pattern().planarFloats()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for goal in [Goal.image, .attention, .attention, .image] {
        let place = try queue.reserve()
        group.addTask {
          let output = try await queue.run(
            tensor, BatchKey(direction: direction, goal: goal, size: nil), place
          ).output
          #expect(output.image.isEmpty == (goal == .attention) && output.attention != nil)
        }
      }
      try await group.waitForAll()
    }
    let batches = reports.withLock { $0 }
    #expect(batches.map(\.size) == [2, 2])
    #expect(Set(batches.map(\.key.goal)) == [.image, .attention])
  }

  @Test("A model without a class activation map has none: 409, before the picture is sent")
  func without() async throws {
    let models = [
      ModelDescription.named("plain", directions: ["A2B"], cam: false),
      .named("negative", directions: ["A2B"]),
    ]
    let service = try TranslationService.ready(models: LoadedModels(models.map { .negative($0) }))
    let refused = try await service.post("/heatmap?model=plain", [])
    #expect(refused.status == .conflict)
    #expect(try refused.decoded(ProblemJSON.self).detail.contains("model=negative"))
  }
}
