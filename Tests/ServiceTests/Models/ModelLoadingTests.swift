import Checkpoints
import Dispatch
import HTTP
import HTTPTypes
import Images
import Synchronization
import Testing

@testable import Service

@Suite("Models that are loaded, and models that cannot be", .timeLimit(.minutes(1)))
struct ModelLoadingTests {
  private struct Summary: Decodable {
    struct Failure: Decodable, Equatable {
      let name: String
      let reason: String
    }

    let status: String?
    let failed: [Failure]
  }

  private func status(_ service: TranslationService, model: String? = nil) async throws -> Int {
    let target = "/translate" + (model.map { "?model=\($0)" } ?? "")
    return try await service.post(target, try RGBImage.pattern().png()).status.code
  }

  @Test("One that is damaged keeps no other from being served, and is told wherever somebody looks")
  func damaged() async throws {
    let models = try SmallModels("bad", "good", "other")
    try models.damage("bad")
    let log = LogLines()
    let service = try models.service(log: log)
    #expect(try await status(service) == 200)
    #expect(try await status(service, model: "other") == 200)
    #expect(try await status(service, model: "bad") == 503)
    #expect(try await service.get("/health/ready").status == .ok)
    for path in ["/health", "/models"] {
      let failed = try await service.get(path).decoded(Summary.self).failed
      #expect(failed.map(\.name) == ["bad"])
      // Where on the server it lies is nobody's business.
      #expect(failed.first?.reason.hasPrefix("A2B.safetensors: its SHA-256 is ") == true, "\(failed)")
    }
    let metrics = String(decoding: try await service.get("/metrics").body, as: UTF8.self)
    #expect(metrics.contains("\nugatit_models_failed 1\n"))
    #expect(log.all.contains { $0.contains("model not loaded") && $0.contains(models.path) })
  }

  @Test("A default that failed leaves the server unready, and answers nobody in another's stead")
  func failedDefault() async throws {
    let models = try SmallModels("bad", "good")
    try models.damage("bad")
    let service = try models.service(defaultModel: "bad")
    #expect(try await status(service, model: "good") == 200)
    let unnamed = try await service.post(try RGBImage.pattern().png())
    #expect(unnamed.status == .serviceUnavailable)
    #expect(
      try unnamed.decoded(ProblemJSON.self).detail.contains("'bad' could not be loaded: A2B.safetensors"))
    #expect(try await service.get("/health/ready").status == .serviceUnavailable)
    #expect(try await service.get("/health/live").status == .ok)
    let health = try await service.get("/health")
    #expect(health.status == .ok)
    #expect(try health.decoded(Summary.self).status == "degraded")
  }

  @Test("None that is good, or one that is not where all must be, is an error with every reason")
  func refused() throws {
    let models = try SmallModels("a", "b", "c")
    for name in ["a", "b"] { try models.damage(name) }
    let strict = #expect(throws: CheckpointError.self) { try models.load(strict: true) }
    #expect(strict?.kind == .mismatch)
    #expect(strict?.description.contains("a: \(models.path)/a/A2B.safetensors: its SHA-256") == true)
    #expect(strict?.description.contains("; b: \(models.path)/b/A2B") == true)
    try models.damage("c")
    #expect(#expect(throws: CheckpointError.self) { try models.load() }?.kind == .mismatch)
    #expect(throws: ModelSelectionError.unknownModel("d", offered: ["a", "b", "c"])) {
      try models.load(defaultModel: "d")
    }
  }

  @Test("A model directory itself is one model, named by its path or as it is told")
  func itself() throws {
    let models = try SmallModels("toon")
    for folder in ["/toon", "/toon/", "/toon//", "/toon/.", "/toon/../toon"] {
      #expect(try models.load(folder).catalog.models.map(\.name) == ["toon"], "\(folder)")
    }
    let named = try models.load("/toon", modelName: "cartoon", defaultModel: "cartoon")
    #expect(named.catalog.models.map(\.name) == ["cartoon"])
    let several = #expect(throws: CheckpointError.self) { try models.load(modelName: "cartoon") }
    #expect(several?.description.contains("directory of models") == true)
  }

  @Test("A directory without models, and one that is not there, say how to make one")
  func noModels() {
    for directory in ["/nonexistent", "/proc/self/task"] {
      let error = #expect(throws: CheckpointError.self) { try ModelFolder(directory) }
      #expect(error?.kind == .noInput)
      #expect(error?.description.contains("ugatit import") == true)
    }
  }

  @Test("What ends loading is not taken for a model's fault")
  func ended() throws {
    let models = try SmallModels("a", "b")
    let log = LogLines()
    let calls = Atomic(0)
    _ = try models.load { calls.add(1, ordering: .relaxed) }
    let half = calls.load(ordering: .relaxed) / 2
    let left = Atomic(half)
    #expect(throws: CancellationError.self) {
      try models.load(log: log) {
        if left.subtract(1, ordering: .relaxed).newValue < 0 { throw CancellationError() }
      }
    }
    #expect(!log.all.contains { $0.contains("not loaded") })
  }

  @Test("Loading is given up at once, in the middle of a piece, and before it has begun")
  func givenUp() async throws {
    let loader = ModelLoader()
    let (begun, goOn) = (Gate(), DispatchSemaphore(value: 0))
    let ended = Atomic(false)
    let loading = Task {
      try await loader.run { checkpoint in
        begun.open()
        begun.pass()
        goOn.wait()
        defer { ended.store(true, ordering: .relaxed) }
        try checkpoint()
        return LoadedModels.negative()
      }
    }
    await until { begun.arrived == 1 }
    loader.giveUp()
    let given = try await loading.value
    #expect(given == nil)
    let isStillLoading = !ended.load(ordering: .relaxed)
    #expect(isStillLoading)
    goOn.signal()
    await until { ended.load(ordering: .relaxed) }
    #expect(try await loader.run { _ in LoadedModels.negative() } == nil)
  }

  @Test("Loading that is left alone gives what it makes, and throws what it meets")
  func loaded() async throws {
    #expect(try await ModelLoader().run { _ in LoadedModels.negative() } != nil)
    await #expect(throws: NetworkFailure.self) { try await ModelLoader().run { _ in throw NetworkFailure() } }
  }
}
