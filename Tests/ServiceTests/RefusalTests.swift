import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

@Suite("What POST /translate refuses", .timeLimit(.minutes(1)))
struct RefusalTests {
  @Test(
    "A wrong parameter gets 400 that names it and what it may be",
    arguments: [
      ("direction=C2D", "direction", "A2B, B2A"), ("fit=squeeze", "fit", "stretch, crop, pad"),
      ("size=huge", "size", "model, original"), ("format=gif", "format", "png, jpeg, webp, json"),
      ("quality=0", "quality", "1...100"), ("quality=many", "quality", "1...100"),
      ("style=hot", "style", "jet, gray, overlay"), ("profile=keep", "profile", "convert, ignore"),
      ("crop=0,0,10", "crop", "x,y,width,height"), ("crop=0,0,-1,5", "crop", "x,y,width,height"),
    ])
  func wrongParameters(query: String, name: String, allowed: String) async throws {
    let service = try TranslationService.ready()
    let answer = try await service.post("/translate?\(query)", try RGBImage.pattern().png())
    let problem = try answer.decoded(ProblemJSON.self)
    #expect(answer.status == .badRequest && problem.status == 400)
    #expect(problem.detail.contains("'\(name)'") && problem.detail.contains(allowed))
  }

  @Test("A crop that does not lie in the picture gets 422 that tells its size")
  func cropOutside() async throws {
    let service = try TranslationService.ready()
    let answer = try await service.post("/translate?crop=0,0,49,32", try RGBImage.pattern().png())
    #expect(answer.status == .unprocessableContent)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("48 x 32"))
  }

  @Test("An unknown parameter gets 400 that names the nearest; elsewhere it is passed over")
  func unknownParameters() async throws {
    let service = try TranslationService.ready()
    let answer = try await service.post("/translate?modl=abc", try RGBImage.pattern().png())
    #expect(answer.status == .badRequest)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("'modl'; did you mean 'model'"))
    #expect(try await service.get("/heatmap?ID=abc").status == .badRequest)
    #expect(try await service.get("/health/live?probe=1").status == .ok)
  }

  @Test("An unknown model, and a direction that the model lacks, get 404 that names what there is")
  func unknownModel() async throws {
    let service = try TranslationService.ready()
    let body = try RGBImage.pattern().png()
    let unknown = try await service.post("/translate?model=nope", body)
    #expect(unknown.status == .notFound)
    #expect(try unknown.decoded(ProblemJSON.self).detail.contains("negative, other"))
    let lacking = try await service.post("/translate?model=other&direction=A2B", body)
    #expect(lacking.status == .notFound)
    #expect(try lacking.decoded(ProblemJSON.self).detail.contains("B2A"))
  }

  @Test(
    "A body that is no picture that is read gets 415 that names what it is, whatever it calls itself",
    arguments: ["image/png", "image/jpeg", "application/octet-stream"])
  func notAnImage(type: String) async throws {
    let service = try TranslationService.ready()
    let heic = Array("\0\0\0\u{14}ftypheic\0\0\0\0mif1".utf8)
    let form = Form.body([("image", heic)])
    for answer in [
      try await service.post("/translate", heic, headerFields: [.contentType: type]),
      try await service.post("/translate", form, headerFields: Form.headerFields),
    ] {
      #expect(answer.status == .unsupportedMediaType)
      #expect(answer.headerFields[.contentType] == "application/problem+json")
      #expect(
        try answer.decoded(ProblemJSON.self).detail.hasPrefix(
          "This is HEIC, not PNG, JPEG or WebP: export it"))
    }
  }

  @Test("A truncated image gets 422", arguments: ImageFormat.allCases)
  func truncated(format: ImageFormat) async throws {
    let service = try TranslationService.ready()
    let whole = try RGBImage.pattern().encoded(as: format)
    let answer = try await service.post("/translate", Array(whole.prefix(whole.count / 2)))
    #expect(answer.status == .unprocessableContent)
  }

  @Test("An image beyond the limits gets 422 that tells them")
  func tooLarge() async throws {
    let service = try TranslationService.ready { $0.decoding.maxSide = 40 }
    let answer = try await service.post(try RGBImage.pattern().png())
    #expect(answer.status == .unprocessableContent)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("at most 40"))
  }

  @Test("An empty body and a form without pictures get 400 that tells what to send")
  func noImage() async throws {
    let service = try TranslationService.ready()
    let empty = try await service.post([])
    let form = try await service.post("/translate", Form.body([]), headerFields: Form.headerFields)
    for answer in [empty, form] {
      #expect(answer.status == .badRequest)
      #expect(try answer.decoded(ProblemJSON.self).detail.contains("curl -F image=@"))
    }
  }

  @Test("A form's part of another name gets 400 rather than be overlooked")
  func unknownPart() async throws {
    let service = try TranslationService.ready()
    let body = Form.body([("image", try RGBImage.pattern().png()), ("direction", Array("B2A".utf8))])
    let answer = try await service.post("/translate", body, headerFields: Form.headerFields)
    #expect(answer.status == .badRequest)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("'direction'"))
  }

  @Test("A failing network gets 500 that tells the client nothing and the log the reason")
  func failingNetwork() async throws {
    let log = LogLines()
    let service = try TranslationService.ready(log: log)
    let answer = try await service.post("/translate?direction=B2A", try RGBImage.pattern().png())
    #expect(answer.status == .internalServerError)
    #expect(!String(decoding: answer.body, as: UTF8.self).contains("NetworkFailure"))
    #expect(log.all.contains { $0.contains("error=NetworkFailure") })
    #expect(try await service.post(try RGBImage.pattern().png()).status == .ok)
  }

  @Test("A full queue gets 503 with Retry-After at once, and others are served when there is room")
  func fullQueue() async throws {
    let gate = Gate()
    let service = try TranslationService.ready({ $0.queue = .init(maxBatch: 1, maxQueue: 1) }, gate: gate)
    let body = try RGBImage.pattern().png()
    let running = Task { try await service.post(body) }
    await until { gate.arrived == 1 }
    let waiting = Task { try await service.post(body) }
    await until { service.queueDepth == 1 }
    let refused = try await service.post(body)
    #expect(refused.status == .serviceUnavailable)
    let seconds = try #require(refused.headerFields[.retryAfter].flatMap { Int($0) })
    #expect((1...60).contains(seconds))
    gate.open(times: 2)
    #expect(try await running.value.status == .ok)
    #expect(try await waiting.value.status == .ok)
  }

  @Test("A request whose deadline passes in the queue gets 504")
  func deadline() async throws {
    let gate = Gate()
    let service = try TranslationService.ready(
      {
        $0.queue.maxBatch = 1
        $0.timeLimit = .milliseconds(100)
      }, gate: gate)
    let body = try RGBImage.pattern().png()
    let running = Task { try await service.post(body) }
    await until { gate.arrived == 1 }
    #expect(try await service.post(body).status == .gatewayTimeout)
    gate.open()
    #expect(try await running.value.status == .gatewayTimeout)
  }

  @Test("A client that goes away frees its place in the queue")
  func clientGone() async throws {
    let gate = Gate()
    let service = try TranslationService.ready({ $0.queue = .init(maxBatch: 1, maxQueue: 1) }, gate: gate)
    let body = try RGBImage.pattern().png()
    let running = Task { try await service.post(body) }
    await until { gate.arrived == 1 }
    let gone = Task { try await service.post(body) }
    await until { service.queueDepth == 1 }
    gone.cancel()
    await until { service.queueDepth == 0 }
    let next = Task { try await service.post(body) }
    await until { service.queueDepth == 1 }
    gate.open(times: 2)
    #expect(try await running.value.status == .ok)
    #expect(try await next.value.status == .ok)
    #expect(gate.arrived == 2)
    _ = await gone.result
    let counted = #"ugatit_images_total{model="negative",direction="A2B",result="cancelled"} 1"#
    #expect(service.metrics.exposition().contains(counted))
  }

  @Test("Before the models are loaded, and when it is to end at once, it gets 503 with Retry-After")
  func notReady() async throws {
    let loading = TranslationService(configuration: ServiceConfiguration(), logger: LogLines().logger())
    let hurried = try TranslationService.ready()
    hurried.state.hurry()
    for service in [loading, hurried] {
      let answer = try await service.post(try RGBImage.pattern().png())
      #expect(answer.status == .serviceUnavailable)
      #expect(answer.headerFields[.retryAfter] == "1")
    }
  }
}
