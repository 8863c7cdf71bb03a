import Batching
import Checkpoints
import Logging

/// The models as they come and go while others are served.
///
/// Whatever happens to a model happens to it alone, one after the other, on the loader's thread: requests find what was
/// published last, and end on the version that they began with.  A version that is refused leaves the one before it
/// where it was.
actor ModelRegistry {
  private let configuration: ServiceConfiguration
  private let logger: Logger
  private let loader = ModelLoader()
  /// Made when it is first needed, since its engine has threads.
  private lazy var source = ModelSource(
    directory: configuration.models, modelName: configuration.modelName,
    choice: .every(
      defaultModel: configuration.defaultModel, strict: configuration.strictModels,
      mayBeEmpty: configuration.allowsNoModels),
    precision: configuration.precision, threads: configuration.threads,
    maxBatch: configuration.queue.maxBatch, logger: logger)
  private var records: [String: ModelRecord] = [:]
  /// Nil until the first models are there.
  private var publish: (@Sendable (LoadedModels) -> Void)?
  private var last: Task<Void, Never>?
  private var waiting = 0

  /// In bytes; nil for as much as there is.
  private var memoryLimit: Int? { MemoryFigure.standard(given: configuration.memory) }

  /// Changes that wait for one another, at most.
  private static let maxWaiting = 32

  init(_ configuration: ServiceConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Loads what is in the directory, and publishes it.
  ///
  /// - Parameters:
  ///   - admit: gets the limit of memory in bytes, if there is one, and the models before anybody finds them; tells the
  ///     bytes that there are for running them at other sizes.
  ///   - publish: gets the models that requests find from then on, now and after every change.
  /// - Returns: nil where it was given up.
  /// - Throws: as `ModelSource.loadAll`, `MemoryShortage` where loading comes upon the limit, or what `admit` throws.
  func start(
    admit: @escaping @Sendable (Int?, LoadedModels) throws -> Int = { _, _ in
      ServiceConfiguration.standardSideMemory
    },
    publish: @escaping @Sendable (LoadedModels) -> Void
  ) async throws -> LoadedModels? {
    try await inTurn { registry in
      let source = registry.source
      for entry in try source.folder().entries {
        registry.records[entry.name, default: ModelRecord()].beginLoading(ModelStamp(path: entry.path))
      }
      let figure = MemoryFigure(limit: registry.memoryLimit)
      let models = try await registry.loader.run { checkpoint in
        try source.loadAll { try figure.check(after: checkpoint) }
      }
      guard let models else { return nil }
      source.engine.limitUnprepared(bytes: try admit(figure.limit, models))
      for model in models.models.values {
        registry.records[model.description.name, default: ModelRecord()].serve(model)
      }
      for failure in models.catalog.failed { registry.records[failure.name]?.fail(failure.reason) }
      registry.publish = publish
      publish(models)
      return models
    }
  }

  /// Loads a model of the directory, in place of the version that is served.
  ///
  /// - Throws: `ModelSelectionError` where there is none of that name, or with the reason for which it was refused;
  ///   `QueueError` where too many changes wait, or the server ends.
  func load(_ name: String) async throws {
    try await inTurn { registry in
      let entries = try registry.source.folder().entries
      guard let entry = entries.first(where: { $0.name == name }) else {
        throw ModelSelectionError.unknownModel(name, offered: entries.map(\.name))
      }
      try await registry.replace(entry)
    }
  }

  /// Lets no request find a model any more; its memory goes with the last one that has.
  ///
  /// - Throws: `ModelSelectionError` where none of that name is served; `QueueError`.
  func unload(_ name: String) async throws {
    try await inTurn { registry in
      guard registry.records[name]?.served != nil || registry.records[name]?.failure != nil else {
        throw ModelSelectionError.unknownModel(name, offered: registry.served.map(\.description.name))
      }
      registry.drop(name)
    }
  }

  /// Loads what is new in the directory or has changed, and drops what is gone.  A model that was unloaded, or refused,
  /// and has not changed since is left alone.
  func follow() async {
    do {
      try await inTurn { registry in
        let entries = try registry.source.folder().entries
        let gone = registry.records.filter { record in
          !entries.contains { $0.name == record.key } && record.value.stamp != nil
        }
        for name in gone.keys.sorted() {
          registry.drop(name)
          registry.records[name] = nil
        }
        for entry in entries where registry.records[entry.name]?.stamp != ModelStamp(path: entry.path) {
          // Why it is not loaded is told in the log, and is no reason to leave the next one.
          _ = try? await registry.replace(entry)
        }
      }
    } catch QueueError.draining {
      // There is nothing to follow any more.
    } catch {
      logger.error("models not reloaded; the earlier ones are served", metadata: ["error": "\(error)"])
    }
  }

  /// Ends what is being loaded; nothing is loaded any more.
  nonisolated func giveUp() { loader.giveUp() }

  /// Every version that there is something to tell of, by name.
  var statuses: [ModelStatus] {
    records.sorted { $0.key < $1.key }.flatMap { $0.value.statuses(name: $0.key) }
  }

  private var served: [LoadedModel] { records.values.compactMap(\.served) }

  private func replace(_ entry: ModelFolder.Entry) async throws {
    records[entry.name, default: ModelRecord()].beginLoading(ModelStamp(path: entry.path))
    let (source, figure) = (source, MemoryFigure(limit: memoryLimit))
    do {
      let model = try await loader.run { checkpoint in
        try source.load(entry) { try figure.check(after: checkpoint) }
      }
      guard let model else {
        records[entry.name]?.giveUp()
        throw QueueError.draining
      }
      records[entry.name]?.serve(model)
      publishServed()
    } catch let error as QueueError {
      throw error
    } catch {
      let failed = ModelSource.Failure(entry, error).failedModel
      records[entry.name]?.fail(failed.reason)
      logger.error(
        "model not loaded",
        metadata: [
          "model": "\(entry.name)", "error": "\(error)",
          "served": "\(records[entry.name]?.served?.description.version ?? "none")",
        ])
      publishServed()
      throw ModelSelectionError.failedModel(failed)
    }
  }

  private func drop(_ name: String) {
    records[name]?.unload()
    publishServed()
    logger.info("model unloaded", metadata: ["model": "\(name)"])
  }

  private func publishServed() {
    let failed = records.compactMap { name, record in
      record.failure.map { FailedModel(name: name, reason: $0) }
    }
    publish?(LoadedModels(served, failed: failed, defaultModel: configuration.defaultModel))
    // What has left, unless requests have it still, and what it took to load what has come: weights are packed on threads
    // of their own, for each of which the C library would keep it.
    ProcessMemory.trim()
  }

  /// Runs a change when those before it are done, whether its caller waits for it or not.
  private func inTurn<Value: Sendable>(
    _ change: @escaping @Sendable (isolated ModelRegistry) async throws -> Value
  ) async throws -> Value {
    guard waiting < Self.maxWaiting else { throw QueueError.full }
    waiting += 1
    defer { waiting -= 1 }
    let before = last
    let turn = Task {
      await before?.value
      return try await change(self)
    }
    last = Task { _ = await turn.result }
    return try await turn.value
  }
}
