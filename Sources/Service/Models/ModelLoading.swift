import Checkpoints
import Logging
import Networks
import Tensors

/// What is to be loaded of a directory of models.
public enum ModelChoice: Sendable {
  /// Every direction of every model, for a server; `defaultModel` is meant when a request names none.  A model that
  /// cannot be loaded keeps the others from being served if that is `strict`; that none is served is an error unless
  /// they `mayBeEmpty`.
  case every(defaultModel: String?, strict: Bool, mayBeEmpty: Bool = false)
  /// One direction, for a command that ends when it has used it; nil means what `ModelCatalog.select` makes of it.
  case one(model: String?, direction: String?)
}

extension LoadedModels {
  /// Loads the models in `directory`, or the one that it is itself.
  ///
  /// - Parameters: as `ModelSource.init` has them.
  /// - Throws: as `ModelSource.loadAll`.
  public static func load(
    directory: String, modelName: String? = nil, _ choice: ModelChoice, precision: ComputePrecision,
    threads: Int,
    maxBatch: Int, logger: Logger, checkpoint: @escaping @Sendable () throws -> Void = {}
  ) throws -> LoadedModels {
    try ModelSource(
      directory: directory, modelName: modelName, choice: choice, precision: precision, threads: threads,
      maxBatch: maxBatch, logger: logger
    ).loadAll(checkpoint: checkpoint)
  }
}

/// Where models come from: a directory, and the engine that runs what is loaded of it.
///
/// For a server each direction is run once, so that the first request finds memory, caches and threads as the later
/// ones do.
struct ModelSource: Sendable {
  let directory: String
  let modelName: String?
  let choice: ModelChoice
  let precision: ComputePrecision
  let threads: Int
  let maxBatch: Int
  let logger: Logger
  let engine: Engine

  /// - Parameters:
  ///   - modelName: what the model is called that `directory` itself is; its last component when nil.
  ///   - threads: how many pack weights, and translate.
  ///   - maxBatch: most images of a batch, for which memory is laid out.
  init(
    directory: String, modelName: String?, choice: ModelChoice, precision: ComputePrecision,
    threads: Int, maxBatch: Int, logger: Logger
  ) {
    self.directory = directory
    self.modelName = modelName
    self.choice = choice
    self.precision = precision
    self.threads = threads
    self.maxBatch = maxBatch
    self.logger = logger
    engine = Engine(threads: threads)
  }

  /// What is in the directory now.
  /// - Throws: `CheckpointError`, unless there need be nothing.
  func folder() throws(CheckpointError) -> ModelFolder {
    try ModelFolder(directory, modelName: modelName, mayBeEmpty: choice.mayBeEmpty)
  }

  /// Loads what was chosen of the directory.
  ///
  /// - Parameter checkpoint: called between pieces of the work; what it throws ends loading.
  /// - Throws: of one choice, `CheckpointError`, `TensorSourceError` or the network's own error, naming the first thing
  ///   wrong; of every, `CheckpointError` with what is wrong with each when none is left, or one fails that may not;
  ///   `ModelSelectionError` when there is no such model or direction.
  func loadAll(checkpoint: @escaping @Sendable () throws -> Void) throws -> LoadedModels {
    var models: [LoadedModel] = []
    var failures: [Failure] = []
    for entry in try choice.entries(of: folder()) {
      do {
        models.append(try load(entry, checkpoint: checkpoint))
      } catch {
        // Whatever it is, it is this model's; but not that loading was to end.
        try checkpoint()
        guard case .every = choice else { throw error }
        failures.append(Failure(entry, error))
        logger.error("model not loaded", metadata: ["model": "\(entry.name)", "error": "\(error)"])
      }
    }
    try choice.refuse(failures, served: models.count)
    return LoadedModels(models, failed: failures.map(\.failedModel), defaultModel: choice.defaultModel)
  }

  /// Loads one model, whatever is served of it.
  /// - Throws: what is wrong with it.
  func load(
    _ entry: ModelFolder.Entry, checkpoint: @escaping @Sendable () throws -> Void
  ) throws -> LoadedModel {
    let start = ContinuousClock.now
    let directory = try ModelDirectory(path: entry.path)
    let model = ModelDescription(
      name: entry.name, configuration: directory.configuration, precision: precision.rawValue)
    let directions = try choice.directions(of: model).map {
      try load($0, of: model, in: directory, checkpoint: checkpoint)
    }
    logger.info(
      "model loaded",
      metadata: [
        "model": "\(entry.name)", "version": "\(model.version)",
        "directions": "\(directions.map(\.key.direction).joined(separator: ","))",
        "size": "\(model.imageWidth)x\(model.imageHeight)",
        "ms": .stringConvertible(start.duration(to: .now).milliseconds),
      ])
    return LoadedModel(description: model, directions: directions)
  }

  private func load(
    _ direction: String, of model: ModelDescription, in directory: ModelDirectory,
    checkpoint: @escaping @Sendable () throws -> Void
  ) throws -> LoadedDirection {
    let generator = try prepare(
      directory.open(direction: direction, checkpoint: checkpoint),
      Generator(directory.configuration).network, checkpoint)
    let judges = try model.discriminators(of: direction).map { kind in
      let weights = try directory.open(discriminator: kind, of: direction, checkpoint: checkpoint)
      let discriminator = try UGATITDiscriminator(
        directory.configuration, kind, of: direction, weights.tensors)
      return try prepare(weights, discriminator.network, checkpoint)
    }
    let key = ModelKey(model: model.name, direction: direction)
    let loaded = LoadedDirection(
      key: key, model: model, judged: judges.isEmpty ? nil : judged(key, model, generator, by: judges),
      run: { try generator.run($2, to: $0, at: $1) },
      check: { (size) throws(ImageSizeError) in try generator.check(size) })
    if case .every = choice { try (loaded.judged ?? loaded).warmUp() }
    return loaded
  }

  /// A direction whose pictures are judged, at the size at which its discriminators were made to.
  private func judged(
    _ key: ModelKey, _ model: ModelDescription, _ generator: PreparedNetwork, by judges: [PreparedNetwork]
  ) -> LoadedDirection {
    LoadedDirection(
      key: key, model: model, run: { _, _, inputs in try generator.run(inputs, judgedBy: judges) },
      check: { (size) throws(ImageSizeError) in
        if size != model.size { throw .judged(at: model.size) }
      })
  }

  private func prepare(
    _ weights: any TensorSource, _ network: Network, _ checkpoint: () throws -> Void
  ) throws -> PreparedNetwork {
    let packed = try PackedNetwork(
      weights: weights, network: network, precision: precision, threads: threads)
    try checkpoint()
    return try PreparedNetwork(packed, on: engine, batch: maxBatch)
  }

  struct Failure {
    let entry: ModelFolder.Entry
    let error: any Error

    init(_ entry: ModelFolder.Entry, _ error: any Error) {
      self.entry = entry
      self.error = error
    }

    /// For clients, whom it does not concern where the model lies.
    var failedModel: FailedModel {
      let (text, path) = ("\(error)", entry.path + "/")
      return FailedModel(
        name: entry.name, reason: text.hasPrefix(path) ? String(text.dropFirst(path.count)) : text)
    }
  }
}

extension ModelChoice {
  fileprivate var defaultModel: String? {
    switch self {
    case .every(let defaultModel, _, _): defaultModel
    case .one(let model, _): model
    }
  }

  fileprivate var mayBeEmpty: Bool {
    if case .every(_, _, let mayBeEmpty) = self { mayBeEmpty } else { false }
  }

  fileprivate func entries(of folder: ModelFolder) throws(ModelSelectionError) -> [ModelFolder.Entry] {
    let names = folder.entries.map(\.name)
    if let model = defaultModel, !names.contains(model), !mayBeEmpty {
      throw .unknownModel(model, offered: names)
    }
    switch self {
    case .every: return folder.entries
    case .one(let model, _): return folder.entries.filter { $0.name == model ?? names[0] }
    }
  }

  fileprivate func directions(of model: ModelDescription) throws(ModelSelectionError) -> [String] {
    switch self {
    case .every: model.directions.map(\.name)
    case .one(_, let direction):
      [try ModelCatalog([model]).select(model: nil, direction: direction).key.direction]
    }
  }

  /// - Throws: when what has failed is too much to go on.
  fileprivate func refuse(_ failures: [ModelSource.Failure], served: Int) throws(CheckpointError) {
    guard case .every(_, let strict, let mayBeEmpty) = self, !failures.isEmpty,
      strict || served == 0 && !mayBeEmpty
    else { return }
    // Alone it needs no name: its file's path begins it.
    let texts = failures.map { failures.count == 1 ? "\($0.error)" : "\($0.entry.name): \($0.error)" }
    throw CheckpointError(.mismatch, texts.joined(separator: "; "))
  }
}

extension LoadedDirection {
  /// Runs a grey picture.
  fileprivate func warmUp() throws {
    _ = try run(.image, nil, [[Float](repeating: 0, count: 3 * model.imageHeight * model.imageWidth)])
  }
}
