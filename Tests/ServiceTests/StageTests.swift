import FoundationEssentials
import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

@Suite("The stages of an image's way", .timeLimit(.minutes(1)))
struct StageTests {
  /// How often each stage of A2B was told of, by its name.
  private func counts(_ service: TranslationService) -> [String: Int] {
    var counts: [String: Int] = [:]
    for stage in Stage.allCases {
      let name =
        "ugatit_stage_seconds_count{stage=\"\(stage.rawValue)\",model=\"negative\",direction=\"A2B\"} "
      let line = service.metrics.exposition().split(separator: "\n").first { $0.hasPrefix(name) }
      counts[stage.rawValue] = line.flatMap { Int($0.dropFirst(name.count)) }
    }
    return counts
  }

  @Test("Each is told for each image, whichever way it comes: queue where it may have waited for a thread")
  func told() async throws {
    let service = try TranslationService.ready()
    let file = try RGBImage.pattern().png()
    #expect(try await service.post(file).status == .ok)
    var expected = ["read": 1, "queue": 2, "decode": 1, "batch_wait": 1, "inference": 1, "encode": 1]
    #expect(counts(service) == expected)
    let form = Form.body(Array(repeating: ("image", file), count: 3))
    #expect(try await service.post("/translate", form, headerFields: Form.headerFields).status == .ok)
    expected = ["read": 2, "queue": 8, "decode": 4, "batch_wait": 4, "inference": 4, "encode": 4]
    #expect(counts(service) == expected)
    let document = Array("{\"inputs\":\"\(Data(file).base64EncodedString())\"}".utf8)
    let json: HTTPFields = [.contentType: "application/json"]
    #expect(try await service.post("/translate", document, headerFields: json).status == .ok)
    expected = ["read": 3, "queue": 10, "decode": 5, "batch_wait": 5, "inference": 5, "encode": 5]
    #expect(counts(service) == expected)
    let raw: HTTPFields = [.inferenceHeaderContentLength: "0"]
    #expect(
      try await service.post("/v2/models/negative/infer", file, headerFields: raw).status == .ok)
    expected = ["read": 4, "queue": 12, "decode": 6, "batch_wait": 6, "inference": 6, "encode": 6]
    #expect(counts(service) == expected)
    let samples = RGBImage.pattern().planarFloats()
    let tensor = samples.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    #expect(
      try await service.post("/v2/models/negative/infer", tensor, headerFields: raw).status == .ok)
    expected = ["read": 5, "queue": 13, "decode": 6, "batch_wait": 7, "inference": 7, "encode": 7]
    #expect(counts(service) == expected)
  }

  @Test("All that is told of a model is there from the moment that it is loaded, and of a route before that")
  func expected() throws {
    let service = TranslationService(configuration: ServiceConfiguration(), logger: LogLines().logger())
    let early = service.metrics.exposition()
    for line in [
      #"ugatit_http_requests_total{route="/translate",method="POST",status="200"} 0"#,
      #"ugatit_http_requests_total{route="/metrics",method="GET",status="503"} 0"#,
      #"ugatit_http_request_seconds_count{route="/heatmap/{id}"} 0"#,
    ] {
      #expect(early.contains(line + "\n"), "\(line)")
    }
    #expect(!early.contains("model="))
    service.becomeReady(with: .negative())
    let text = service.metrics.exposition()
    for model in [("negative", "A2B"), ("negative", "B2A"), ("other", "B2A")] {
      let labels = "model=\"\(model.0)\",direction=\"\(model.1)\""
      #expect(text.contains("ugatit_inference_seconds_count{\(labels)} 0\n"))
      for result in ["ok", "cancelled", "400", "415", "422", "500", "503", "504"] {
        #expect(text.contains("ugatit_images_total{\(labels),result=\"\(result)\"} 0\n"), "\(result)")
      }
      for stage in ["read", "queue", "decode", "batch_wait", "inference", "encode"] {
        #expect(text.contains("ugatit_stage_seconds_count{stage=\"\(stage)\",\(labels)} 0\n"), "\(stage)")
      }
    }
    #expect(!text.contains("model=\"other\",direction=\"A2B\""))
  }

  @Test("Images of the protocol are counted by what became of them")
  func protocolImages() async throws {
    let service = try TranslationService.ready()
    let raw: HTTPFields = [.inferenceHeaderContentLength: "0"]
    let file = try RGBImage.pattern().png()
    for (model, body) in [
      ("negative", file), ("negative", Array(file.prefix(80))), ("negative.B2A", file), ("negative", [1]),
    ] {
      _ = try await service.post("/v2/models/\(model)/infer", body, headerFields: raw)
    }
    let text = service.metrics.exposition()
    for (direction, result) in [("A2B", "ok"), ("A2B", "400"), ("B2A", "500")] {
      let labels = "model=\"negative\",direction=\"\(direction)\",result=\"\(result)\""
      #expect(text.contains("ugatit_images_total{\(labels)} 1\n"), "\(labels)")
    }
  }
}

@Suite("The line of a slow request", .timeLimit(.minutes(1)))
struct SlowRequestTests {
  /// Answers, and accounts for it as having taken so long.
  private func serve(
    _ request: Request, by service: TranslationService, duration: Duration
  ) async -> Response {
    let responder = service.responder(to: request)
    let answer = await Response.answering(request, logger: LogLines().logger(), by: responder.respond)
    responder.finished(
      RequestRecord(
        remoteAddress: "10.0.0.7", method: request.head.method, target: request.head.path ?? "",
        route: answer.route, status: answer.status, duration: duration, answerTime: .zero, receivedBytes: 0,
        sentBytes: 0, isComplete: true))
    return answer
  }

  private func slowLines(_ log: LogLines) -> [String] { log.all.filter { $0.contains("slow request") } }

  @Test("It is there from the time on that was set, beside the usual one, with every stage")
  func threshold() async throws {
    let log = LogLines()
    let service = try TranslationService.ready({ $0.slowRequestTime = .milliseconds(12) }, log: log)
    let body = try RGBImage.pattern().png()
    func request() throws -> Request {
      try Request(.post, "/translate?fit=pad", headerFields: [.requestID: "mine"], body: body)
    }
    _ = await serve(try request(), by: service, duration: .microseconds(11_999))
    #expect(slowLines(log).isEmpty && log.all.count == 1)
    _ = await serve(try request(), by: service, duration: .milliseconds(12))
    let line = try #require(slowLines(log).first)
    #expect(log.all.count == 3)
    #expect(line.contains(" warning slow request batch_wait_ms="))
    for field in [
      " id=mine ", " method=POST ", " ms=12.0 ", " path=\"/translate?fit=pad\" ", " status=200", " read_ms=",
      " queue_ms=", " decode_ms=", " batch_wait_ms=", " inference_ms=", " encode_ms=",
    ] {
      #expect(line.contains(field), "\(field)")
    }
  }

  @Test("Nothing is slow unless it is said when")
  func off() async throws {
    let log = LogLines()
    let service = try TranslationService.ready(log: log)
    _ = await serve(try Request(.get, "/models"), by: service, duration: .seconds(1000))
    #expect(slowLines(log).isEmpty && log.all.count == 1)
  }

  @Test("Of what was given up it tells the stages that were done, so that it shows in which it was")
  func givenUp() async throws {
    let log = LogLines()
    let gate = Gate()
    let service = try TranslationService.ready(
      {
        $0.slowRequestTime = .zero
        $0.queue.maxBatch = 1
      }, gate: gate, log: log)
    let body = try RGBImage.pattern().png()
    let running = Task { try await service.post(body) }
    await until { gate.arrived == 1 }
    let late = Task {
      await serve(
        try Request(.post, "/translate", headerFields: [.requestTimeout: "0.05"], body: body), by: service,
        duration: .seconds(1))
    }
    #expect(try await late.value.status == .gatewayTimeout)
    gate.open(times: 2)
    #expect(try await running.value.status == .ok)
    let line = try #require(slowLines(log).first)
    #expect(line.contains(" read_ms=") && !line.contains("inference_ms") && !line.contains("encode_ms"))
  }
}
