import Checkpoints
import FoundationEssentials
import Logging
import Networks

extension LoadedModels {
  /// Loads every model directory in `directory`, or only one of them, and runs each direction once, so that the
  /// first request finds memory, caches and threads as the later ones do.
  ///
  /// - Parameters:
  ///   - only: the name of the one model that is needed; all when nil.
  ///   - defaultModel: which of them is meant when a request names none.
  ///   - maxBatch: most images of a batch, for which memory is laid out.
  /// - Throws: `CheckpointError`, `TensorSourceError` or the network's own error, naming the first thing wrong;
  ///   `ModelSelectionError` when there is no such model.
  public static func load(
    directory: String, only: String? = nil, defaultModel: String? = nil, precision: Precision, threads: Int,
    maxBatch: Int, logger: Logger
  ) throws -> LoadedModels {
    let engine = Engine(threads: threads)
    var generators: [ModelKey: Generator] = [:]
    var descriptions: [ModelDescription] = []
    for name in try modelNames(in: directory) where only == nil || only == name {
      let start = ContinuousClock.now
      let model = try ModelDirectory(path: directory + "/" + name)
      for direction in model.configuration.directions.keys.sorted() {
        let generator = try Generator(
          weights: try model.open(direction: direction),
          configuration: try GeneratorConfiguration(model.configuration), precision: precision)
        try engine.prepare(generator, batch: maxBatch)
        try engine.warmUp(generator)
        generators[ModelKey(model: name, direction: direction)] = generator
      }
      let description = ModelDescription(
        name: name, configuration: model.configuration, precision: precision.rawValue)
      descriptions.append(description)
      logger.info(
        "model loaded",
        metadata: [
          "model": "\(name)", "directions": "\(description.directions.map(\.name).joined(separator: ","))",
          "size": "\(description.imageWidth)x\(description.imageHeight)",
          "ms": .stringConvertible(start.duration(to: .now).milliseconds),
        ])
    }
    let loaded = generators
    let catalog = try ModelCatalog(descriptions, defaultModel: only ?? defaultModel)
    return LoadedModels(catalog: catalog) { key, inputs in
      guard let generator = loaded[key] else {
        throw ModelSelectionError.unknownModel(key.model, offered: loaded.keys.map(\.model))
      }
      return try engine.run(generator, inputs)
    }
  }

  /// Directories that hold a `config.json`, sorted.
  static func modelNames(in directory: String) throws(CheckpointError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw CheckpointError(
        .noInput, "\(directory): there is no such directory of models; make one with 'ugatit import'")
    }
    let models = names.filter { name in
      !name.hasPrefix(".") && FileManager.default.fileExists(atPath: "\(directory)/\(name)/config.json")
    }
    guard !models.isEmpty else {
      throw CheckpointError(.noInput, "\(directory): holds no model; make one with 'ugatit import'")
    }
    return models.sorted()
  }
}

extension GeneratorConfiguration {
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
  fileprivate func warmUp(_ generator: Generator) throws {
    let count = 3 * generator.configuration.imageHeight * generator.configuration.imageWidth
    _ = try run(generator, [[Float](repeating: 0, count: count)])
  }
}
