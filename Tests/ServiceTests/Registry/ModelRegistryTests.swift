import Batching
import FoundationEssentials
import HTTP
import Images
import Synchronization
import Testing

@testable import Service

@Suite("The registry of models", .timeLimit(.minutes(2)))
struct ModelRegistryTests {
  private func service(
    _ models: SmallModels, log: LogLines = LogLines(),
    _ change: (inout ServiceConfiguration) -> Void = { _ in }
  ) async throws -> TranslationService {
    var configuration = ServiceConfiguration()
    configuration.models = models.path
    configuration.queue.maxBatch = 1
    change(&configuration)
    let service = TranslationService(configuration: configuration, logger: log.logger())
    _ = try #require(try await service.loadModels())
    return service
  }

  private func names(_ service: TranslationService) -> [String] {
    service.state.translator?.models.catalog.models.map(\.name) ?? []
  }

  private func status(_ service: TranslationService, model: String) async throws -> Int {
    try await service.post("/translate?model=\(model)", try RGBImage.pattern().png()).status.code
  }

  @Test("A directory that was not there at the start is loaded, and unloaded, while others are served")
  func loadAndUnload() async throws {
    let models = try SmallModels("a")
    let service = try await service(models)
    await #expect(throws: ModelSelectionError.unknownModel("b", offered: ["a"])) {
      try await service.registry.load("b")
    }
    try models.add("b")
    #expect(try await status(service, model: "b") == 404)
    try await service.registry.load("b")
    #expect(names(service) == ["a", "b"])
    #expect(try await status(service, model: "b") == 200)
    try await service.registry.unload("b")
    #expect(names(service) == ["a"])
    #expect(try await status(service, model: "b") == 404)
    // The thread that ran its last batch may have it for a moment still.
    while await service.registry.statuses.map(\.state) != [.ready, .unavailable] { await Task.yield() }
    await #expect(throws: ModelSelectionError.unknownModel("b", offered: ["a"])) {
      try await service.registry.unload("b")
    }
    try await service.registry.unload("a")
    #expect(try await service.post(try RGBImage.pattern().png()).status == .notFound)
    try await service.registry.load("a")
    #expect(try await status(service, model: "a") == 200)
  }

  @Test("No name leaves the directory", arguments: ["../a", "", ".", "..", "a/../a", "a/", "/etc"])
  func noPaths(name: String) async throws {
    let models = try SmallModels("a")
    let service = try await service(models)
    await #expect(throws: ModelSelectionError.unknownModel(name, offered: ["a"])) {
      try await service.registry.load(name)
    }
  }

  @Test("A version that is refused leaves the one before it serving, and says why")
  func refused() async throws {
    let models = try SmallModels("a")
    let log = LogLines()
    let service = try await service(models, log: log)
    let version = try #require(service.state.translator?.models.catalog.models.first?.version)
    try models.damage("a")
    let error = await #expect(throws: ModelSelectionError.self) { try await service.registry.load("a") }
    #expect(error?.description.contains("A2B.safetensors: its SHA-256 is") == true)
    #expect(try await status(service, model: "a") == 200)
    #expect(service.state.phase == .ready)
    let statuses = await service.registry.statuses
    #expect(statuses.map(\.state) == [.ready] && statuses[0].version == version)
    #expect(statuses[0].reason.contains("SHA-256"))
    #expect(log.all.contains { $0.contains("model not loaded") && $0.contains("served=\(version)") })
    let summary = String(decoding: try await service.get("/models").body, as: UTF8.self)
    #expect(summary.contains("its SHA-256 is"))
    // A good one takes its place, and there is nothing to tell any more.
    try models.add("a", seed: 2)
    try await service.registry.load("a")
    let after = await service.registry.statuses
    #expect(after.map(\.state) == [.ready] && after[0].reason.isEmpty && after[0].version != version)
  }

  @Test("A request ends on the version that it began with, and the weights go with the last of them")
  func lastRequest() async throws {
    let models = try SmallModels("a")
    let service = try await service(models)
    var held = try service.state.translator?.models.select(model: "a", direction: nil)
    let version = try #require(held?.model.version)
    weak let direction = held
    try models.add("a", seed: 2)
    try await service.registry.load("a")
    let statuses = await service.registry.statuses
    #expect(statuses.map(\.state) == [.ready, .unloading] && statuses[1].version == version)
    let file = PictureFile(try RGBImage.pattern().png())
    let translation = try await service.state.translator?.translate(
      file, TranslationOptions(), on: try #require(held))
    #expect(translation?.key.model == "a")
    held = nil
    await until { direction == nil }
    #expect(await service.registry.statuses.map(\.state) == [.ready])
  }

  @Test("Following the directory loads what is new or changed, drops what is gone, and leaves the rest alone")
  func follow() async throws {
    let models = try SmallModels("a", "b", "c")
    let service = try await service(models)
    func loaded() -> [String: ObjectIdentifier] {
      service.state.translator?.models.models.mapValues { ObjectIdentifier($0) } ?? [:]
    }
    let before = loaded()
    try models.add("b", seed: 2)
    try models.remove("c")
    try models.add("d")
    await service.registry.follow()
    let after = loaded()
    #expect(after.keys.sorted() == ["a", "b", "d"])
    #expect(after["a"] == before["a"] && after["b"] != before["b"])
    try models.damage("d")
    await service.registry.follow()
    #expect(loaded() == after)
    #expect(service.state.translator?.models.catalog.failed.map(\.name) == ["d"])
    // What was unloaded stays so until it changes.
    try await service.registry.unload("a")
    await service.registry.follow()
    #expect(loaded().keys.sorted() == ["b", "d"])
    try models.add("a", seed: 3)
    await service.registry.follow()
    #expect(loaded().keys.sorted() == ["a", "b", "d"])
  }

  @Test("A directory that cannot be read changes nothing")
  func unreadable() async throws {
    let models = try SmallModels("a")
    let log = LogLines()
    let service = try await service(models, log: log)
    try models.remove("a")
    await service.registry.follow()
    #expect(names(service) == ["a"])
    #expect(log.all.contains { $0.contains("models not reloaded") && $0.contains("holds no model") })
  }

  @Test("Without any model it starts where that is allowed, is ready, and takes what comes")
  func empty() async throws {
    let models = try SmallModels()
    await #expect(throws: (any Error).self) { try await self.service(models) }
    let service = try await service(models) { $0.allowsNoModels = true }
    #expect(try await service.get("/health/ready").status == .ok)
    #expect(try await service.post(try RGBImage.pattern().png()).status == .notFound)
    #expect(try await service.get("/models").status == .ok)
    try models.add("a")
    try await service.registry.load("a")
    #expect(try await service.post(try RGBImage.pattern().png()).status == .ok)
  }

  @Test("A server that ends loads nothing any more")
  func ended() async throws {
    let models = try SmallModels("a")
    let service = try await service(models)
    service.registry.giveUp()
    await #expect(throws: QueueError.draining) { try await service.registry.load("a") }
    #expect(names(service) == ["a"])
  }

  @Test("A model that is replaced a hundred times under requests fails none of them")
  func underLoad() async throws {
    let models = try SmallModels("a", "b")
    let service = try await service(models)
    let isOver = Flag()
    let picture = try RGBImage.pattern().png()
    let answered = try await withThrowingTaskGroup(of: [Int].self) { group in
      for client in 0..<4 {
        group.addTask {
          var codes: [Int] = []
          while !isOver.isUp {
            codes.append(
              try await service.post("/translate?model=\(client % 2 == 0 ? "a" : "b")", picture).status.code)
          }
          return codes
        }
      }
      for _ in 0..<100 { try await service.registry.load("a") }
      isOver.raise()
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(answered.allSatisfy { $0 == 200 })
    #expect(answered.count > 4)
  }
}

/// Goes up once.
private final class Flag: Sendable {
  private let value = Atomic(false)

  var isUp: Bool { value.load(ordering: .relaxed) }

  func raise() { value.store(true, ordering: .relaxed) }
}

@Suite("Who may load and unload models")
struct AdministratorTests {
  private func refusal(
    _ access: (inout AccessConfiguration) throws -> Void = { _ in }, from peer: String = "127.0.0.1",
    _ fields: HTTPFieldLines = []
  ) throws -> AccessRefusal? {
    var configuration = AccessConfiguration()
    try access(&configuration)
    let request = try Request.arriving(.post, "/x", from: peer, .init(lines: fields))
    let control = AccessControl(configuration)
    return control.admit(request, from: control.address(of: request), .administrators).refusal
  }

  private typealias HTTPFieldLines = [(String, String)]

  @Test(
    "Without keys, programs of this machine",
    arguments: ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
  func local(peer: String) throws {
    #expect(try refusal(from: peer) == nil)
    for field in ["Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-Real-IP", "Via", "Origin"] {
      #expect(try refusal(from: peer, [(field, "x")]) == .noAdministrator(.byAddress), "\(field)")
    }
  }

  @Test(
    "Without keys, nobody from elsewhere, unless it is open", arguments: ["192.0.2.1", "::2", "128.0.0.1"])
  func remote(peer: String) throws {
    #expect(try refusal(from: peer) == .noAdministrator(.byAddress))
    #expect(try refusal({ $0.isAdministrationOpen = true }, from: peer) == nil)
    #expect(
      try refusal({ $0.isAdministrationOpen = true }, from: peer, [("Origin", "https://x")])
        == .noAdministrator(.byAddress), "a page in somebody's browser")
  }

  @Test("With keys, those that say so, from wherever; this machine and an open door count for nothing")
  func keys() throws {
    let (plain, admin) = (APIKey(), APIKey())
    let ring = try KeyRing.holding(["plain": plain], administrators: ["root": admin])
    func refusal(_ key: APIKey?) throws -> AccessRefusal? {
      try self.refusal(
        {
          $0.keys = ring
          $0.isAdministrationOpen = true
        }, key.map { [("Authorization", "Bearer \($0.text)")] } ?? [])
    }
    #expect(try refusal(nil) == .noKey)
    #expect(try refusal(plain) == .noAdministrator(.byKey))
    #expect(try refusal(admin) == nil)
  }

  @Test("A refusal is 403, counted, and says how to become one")
  func answer() throws {
    for administration in [AccessRefusal.Administration.byKey, .byAddress] {
      let problem = AccessRefusal.noAdministrator(administration).problem
      #expect(problem.status == .forbidden && problem.detail.contains("ugatit key NAME --admin"))
    }
  }

  @Test("'admin' stands behind the hash, and nothing else does")
  func lines() throws {
    let key = APIKey()
    let keys = try APIKeys(parsing: key.line(name: "a", isAdministrator: true))
    #expect(keys.holder(of: key.text) == .init(name: "a", isAdministrator: true))
    #expect(try APIKeys(parsing: key.line(name: "a")).holder(of: key.text)?.isAdministrator == false)
    for behind in ["Admin", "admin admin", "root"] {
      #expect(throws: APIKeyError.self) { try APIKeys(parsing: "\(key.line(name: "a")) \(behind)") }
    }
  }
}
