import Batching
import HTTP
import HTTPTypes
import Images
import Networks
import Synchronization
import Testing

@testable import Service

@Suite("side=", .timeLimit(.minutes(1)))
struct SideTests {
  private let picture = RGBImage.pattern(width: 90, height: 60)

  private struct Matrix: Decodable {
    let width: Int
    let height: Int
    let values: [[Float]]
  }

  @Test(
    "runs the network at that size, for the translation, its heatmap, and a heatmap by itself",
    arguments: [("64", 64, 64), ("96x32", 96, 32), ("32x100", 32, 100), ("48x32", 48, 32)])
  func sizes(side: String, width: Int, height: Int) async throws {
    let service = try TranslationService.ready()
    let answer = try await service.post("/translate?side=\(side)&profile=ignore", try picture.png())
    #expect(answer.status == .ok)
    let seen = picture.fitted(.stretch, width: width, height: height).image
    #expect(try RGBImage(decoding: answer.body) == NegativeNetwork.negative(of: seen))
    let size = ImageSize(width: width, height: height)
    let json: HTTPFields = [.accept: "application/json"]
    let id = try #require(answer["Translation-Id"])
    for matrix in [
      try await service.get("/heatmap/\(id)", headerFields: json),
      try await service.post("/heatmap?side=\(side)", try picture.png(), headerFields: json),
    ] {
      let matrix = try matrix.decoded(Matrix.self)
      #expect(matrix.width == width / 4 && matrix.height == height / 4)
      #expect(matrix.values.flatMap { $0 } == NegativeNetwork.heatmap(of: size))
    }
    let drawn = try RGBImage(decoding: try await service.get("/heatmap/\(id)").body)
    #expect(drawn.width == width && drawn.height == height)
  }

  @Test("size=original gives the sent picture's size all the same", arguments: Fit.allCases)
  func original(fit: Fit) async throws {
    let service = try TranslationService.ready()
    let query = "side=64x96&size=original&fit=\(fit.rawValue)"
    let answer = try await service.post("/translate?\(query)&format=json", try picture.png())
    let json = try answer.decoded(TranslationJSON.self)
    let expected = picture.fitted(fit, width: 64, height: 96).placement
    for drawn in [json.image, json.heatmap] {
      #expect(drawn.width == expected.restoredWidth && drawn.height == expected.restoredHeight)
    }
  }

  @Test(
    "is N or WIDTHxHEIGHT of possible sides, and what else is 400 that says so",
    arguments: [
      "", "0", "28", "30", "33", "4100", "-64", "+64", "64.0", "64x", "x64", "64x64x64", "64X64", "64x30",
      "99999999999999999999", "64%20", "large",
    ])
  func wrong(side: String) async throws {
    let answer = try await TranslationService.ready().post("/translate?side=\(side)", [])
    #expect(answer.status == .badRequest)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("multiples of 4 from 32 to 4096"))
  }

  @Test("is 422 where the model is bound to its size, or has not the memory, before the picture is sent")
  func refused() async throws {
    let models = ["bound", "negative"].map { ModelDescription.named($0, directions: ["A2B"]) }
    let service = try TranslationService.ready(models: LoadedModels(models.map { .negative($0) }))
    for (query, words) in [
      ("model=bound&side=64", "bound to images of 48×32 pixels"),
      ("model=negative&side=512", "--side-memory-mb"),
    ] {
      for route in ["/translate", "/heatmap"] {
        let answer = try await service.post("\(route)?\(query)", [])
        #expect(answer.status == .unprocessableContent)
        #expect(try answer.decoded(ProblemJSON.self).detail.contains(words))
      }
    }
    #expect(try await service.post("/translate?model=bound", try picture.png()).status == .ok)
  }

  @Test("Memory of pictures at other sizes is counted among the uploads', and comes back")
  func memory() async throws {
    let service = try TranslationService.ready { $0.uploadMemory = 7 << 20 }
    let budget = try #require(service.state.translator).pictures.budget
    let size = ImageSize(width: 256, height: 256)
    #expect(Passage.byteCount(size) > 1 << 20 && Passage.byteCount(size) < 2 << 20)
    let gate = Gate()
    service.state.translator?.serve(.negative(gate: gate))
    let running = Task { try await service.post("/heatmap?side=256", try picture.png()) }
    await until { gate.arrived == 1 }
    #expect(budget.used == Passage.byteCount(size))
    // Of two, both have not the half that may be held for long.
    let second = try await service.post("/heatmap?side=256", try picture.png())
    #expect(second.status == .serviceUnavailable)
    gate.open()
    #expect(try await running.value.status == .ok)
    await until { budget.used == 0 }
    let small = try TranslationService.ready { $0.uploadMemory = 3 << 20 }
    let never = try await small.post("/heatmap?side=256", try picture.png())
    #expect(never.status == .unprocessableContent)
  }

  @Test("Images of one size make a batch, and no others; the model's own size is no other")
  func batches() async throws {
    let reports = Mutex<[BatchReport<BatchKey>]>([])
    // Each batch waits until it is full.
    let queue = InferenceQueue(.init(maxBatch: 2, maxQueue: 8, maxDelay: .seconds(3600))) { report in
      reports.withLock { $0.append(report) }
    }
    let models = LoadedModels([.negative(.named("negative", directions: ["A2B"]))])
    let translator = Translator(
      models: models,
      pictures: ImagePipeline(limits: DecodingLimits(), budget: .unlimited, width: 2, maxWaiting: 8),
      queue: queue)
    let file = try picture.png()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let own = ImageSize(width: NegativeNetwork.width, height: NegativeNetwork.height)
      for side in [nil, ImageSize(width: 32, height: 48), own, ImageSize(width: 32, height: 48)] {
        group.addTask {
          let translation = try await translator.translate(PictureFile(file), TranslationOptions(side: side))
          #expect(translation.picture(.model).width == side?.width ?? own.width)
        }
      }
      try await group.waitForAll()
    }
    let batches = reports.withLock { $0 }
    #expect(batches.map(\.size) == [2, 2])
    #expect(Set(batches.map(\.key.size)) == [nil, ImageSize(width: 32, height: 48)])
  }
}
