import Checkpoints
import Logging
import Networks

/// What is to be loaded of a directory of models.
public enum ModelChoice: Sendable {
  /// Every direction of every model, for a server; `defaultModel` is meant when a request names none.  A model that
  /// cannot be loaded keeps the others from being served if that is `strict`.
  case every(defaultModel: String?, strict: Bool)
  /// One direction, for a command that ends when it has used it; nil means what `ModelCatalog.select` makes of it.
  case one(model: String?, direction: String?)
}

extension LoadedModels {
  /// Loads the models in `directory`, or the one that it is itself.  For a server each direction is run once, so that
  /// the first request finds memory, caches and threads as the later ones do.
  ///
  /// - Parameters:
  ///   - modelName: what the model is called that `directory` itself is; its last component when nil.
  ///   - threads: how many pack weights, and later translate.
  ///   - maxBatch: most images of a batch, for which memory is laid out.
  ///   - checkpoint: called between pieces of the work; what it throws ends loading.
  /// - Throws: of one choice, `CheckpointError`, `TensorSourceError` or the network's own error, naming the first thing
  ///   wrong; of every, `CheckpointError` with what is wrong with each when none is left, or one fails that may not;
  ///   `ModelSelectionError` when there is no such model or direction.
  public static func load(
    directory: String, modelName: String? = nil, _ choice: ModelChoice, precision: ComputePrecision,
    threads: Int,
    maxBatch: Int, logger: Logger, checkpoint: @escaping @Sendable () throws -> Void = {}
  ) throws -> LoadedModels {
    let folder = try ModelFolder(directory, modelName: modelName)
    let loader = Loader(
      choice: choice, precision: precision, threads: threads, maxBatch: maxBatch, logger: logger,
      checkpoint: checkpoint)
    var generators: [ModelKey: PackedNetwork] = [:]
    var models: [ModelDescription] = []
    var failures: [Loader.Failure] = []
    for entry in try choice.entries(of: folder) {
      do {
        let (model, directions) = try loader.load(entry)
        models.append(model)
        for (direction, generator) in directions {
          generators[ModelKey(model: entry.name, direction: direction)] = generator
        }
      } catch {
        // Whatever it is, it is this model's; but not that loading was to end.
        try checkpoint()
        guard case .every = choice else { throw error }
        failures.append(Loader.Failure(entry, error))
        logger.error("model not loaded", metadata: ["model": "\(entry.name)", "error": "\(error)"])
      }
    }
    try choice.refuse(failures, served: models.count)
    let catalog = try ModelCatalog(
      models, failed: failures.map(\.failedModel), defaultModel: choice.defaultModel)
    let (engine, loaded) = (loader.engine, generators)
    return LoadedModels(catalog: catalog) { key, inputs in
      guard let generator = loaded[key] else {
        throw ModelSelectionError.unknownModel(key.model, offered: loaded.keys.map(\.model))
      }
      return try engine.run(generator, inputs)
    }
  }
}

/// Loads one model after the other.
private struct Loader {
  let choice: ModelChoice
  let precision: ComputePrecision
  let threads: Int
  let maxBatch: Int
  let logger: Logger
  let checkpoint: @Sendable () throws -> Void
  let engine: Engine

  init(
    choice: ModelChoice, precision: ComputePrecision, threads: Int, maxBatch: Int, logger: Logger,
    checkpoint: @escaping @Sendable () throws -> Void
  ) {
    self.choice = choice
    self.precision = precision
    self.threads = threads
    self.maxBatch = maxBatch
    self.logger = logger
    self.checkpoint = checkpoint
    engine = Engine(threads: threads)
  }

  func load(_ entry: ModelFolder.Entry) throws -> (ModelDescription, [(String, PackedNetwork)]) {
    let start = ContinuousClock.now
    let model = try ModelDirectory(path: entry.path)
    let description = ModelDescription(
      name: entry.name, configuration: model.configuration, precision: precision.rawValue)
    let directions = try choice.directions(of: description)
    let generators = try directions.map { ($0, try generator(model, $0)) }
    logger.info(
      "model loaded",
      metadata: [
        "model": "\(entry.name)", "directions": "\(directions.joined(separator: ","))",
        "size": "\(description.imageWidth)x\(description.imageHeight)",
        "ms": .stringConvertible(start.duration(to: .now).milliseconds),
      ])
    return (description, generators)
  }

  private func generator(_ model: ModelDirectory, _ direction: String) throws -> PackedNetwork {
    let generator = try PackedNetwork(
      weights: try model.open(direction: direction, checkpoint: checkpoint),
      network: try UGATITGenerator(model.configuration).network, precision: precision, threads: threads)
    try checkpoint()
    try engine.prepare(generator, batch: maxBatch)
    if case .every = choice { try engine.warmUp(generator) }
    return generator
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
    case .every(let defaultModel, _): defaultModel
    case .one(let model, _): model
    }
  }

  fileprivate func entries(of folder: ModelFolder) throws(ModelSelectionError) -> [ModelFolder.Entry] {
    let names = folder.entries.map(\.name)
    if let model = defaultModel, !names.contains(model) { throw .unknownModel(model, offered: names) }
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
  fileprivate func refuse(_ failures: [Loader.Failure], served: Int) throws(CheckpointError) {
    guard case .every(_, let strict) = self, !failures.isEmpty, strict || served == 0 else { return }
    // Alone it needs no name: its file's path begins it.
    let texts = failures.map { failures.count == 1 ? "\($0.error)" : "\($0.entry.name): \($0.error)" }
    throw CheckpointError(.mismatch, texts.joined(separator: "; "))
  }
}

extension UGATITGenerator {
  /// The shape that a `config.json` tells.
  /// - Throws: `TensorSourceError` for a shape that there is no plan for.
  public init(_ configuration: ModelConfiguration) throws {
    try self.init(
      variant: configuration.variant == .light ? .light : .full, baseChannels: configuration.baseChannels,
      residualBlocks: configuration.residualBlocks, imageHeight: configuration.imageHeight,
      imageWidth: configuration.imageWidth)
  }
}

extension Engine {
  /// Runs a grey picture.
  fileprivate func warmUp(_ network: PackedNetwork) throws {
    let count = 3 * network.network.imageHeight * network.network.imageWidth
    _ = try run(network, [[Float](repeating: 0, count: count)])
  }
}
