import Checkpoints
import FoundationEssentials
import Logging
import Networks

/// What is to be loaded of a directory of models.
public enum ModelChoice: Sendable {
  /// Every direction of every model, for a server; `defaultModel` is meant when a request names none.
  case every(defaultModel: String?)
  /// One direction, for a command that ends when it has used it; nil means what `ModelCatalog.select` makes of it.
  case one(model: String?, direction: String?)
}

extension LoadedModels {
  /// Loads the models in `directory`.  For a server each direction is run once, so that the first request finds
  /// memory, caches and threads as the later ones do.
  ///
  /// - Parameters:
  ///   - threads: how many pack weights, and later translate.
  ///   - maxBatch: most images of a batch, for which memory is laid out.
  /// - Throws: `CheckpointError`, `TensorSourceError` or the network's own error, naming the first thing wrong;
  ///   `ModelSelectionError` when there is no such model or direction.
  public static func load(
    directory: String, _ choice: ModelChoice, precision: Precision, threads: Int, maxBatch: Int,
    logger: Logger
  ) throws -> LoadedModels {
    let models = try directories(in: directory, choice)
    let catalog = try ModelCatalog(
      models.map { name, model in
        ModelDescription(name: name, configuration: model.configuration, precision: precision.rawValue)
      }, defaultModel: choice.defaultModel)
    let engine = Engine(threads: threads)
    var generators: [ModelKey: Generator] = [:]
    for (name, model) in models {
      let start = ContinuousClock.now
      let directions = try choice.directions(of: name, in: catalog)
      for direction in directions {
        let generator = try Generator(
          weights: try model.open(direction: direction),
          configuration: try GeneratorConfiguration(model.configuration), precision: precision,
          threads: threads)
        try engine.prepare(generator, batch: maxBatch)
        if case .every = choice { try engine.warmUp(generator) }
        generators[ModelKey(model: name, direction: direction)] = generator
      }
      logger.info(
        "model loaded",
        metadata: [
          "model": "\(name)", "directions": "\(directions.joined(separator: ","))",
          "size": "\(model.configuration.imageWidth)x\(model.configuration.imageHeight)",
          "ms": .stringConvertible(start.duration(to: .now).milliseconds),
        ])
    }
    let loaded = generators
    return LoadedModels(catalog: catalog) { key, inputs in
      guard let generator = loaded[key] else {
        throw ModelSelectionError.unknownModel(key.model, offered: loaded.keys.map(\.model))
      }
      return try engine.run(generator, inputs)
    }
  }

  /// The models of a choice by name; their weights are not read yet.
  private static func directories(
    in directory: String, _ choice: ModelChoice
  ) throws -> [(name: String, model: ModelDirectory)] {
    let names = try modelNames(in: directory)
    let chosen: [String]
    switch choice {
    case .every: chosen = names
    case .one(let model, _):
      if let model, !names.contains(model) { throw ModelSelectionError.unknownModel(model, offered: names) }
      chosen = [model ?? names[0]]
    }
    return try chosen.map { ($0, try ModelDirectory(path: directory + "/" + $0)) }
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

extension ModelChoice {
  fileprivate var defaultModel: String? {
    switch self {
    case .every(let defaultModel): defaultModel
    case .one(let model, _): model
    }
  }

  fileprivate func directions(of model: String, in catalog: ModelCatalog) throws -> [String] {
    switch self {
    case .every: catalog.models.first { $0.name == model }?.directions.map(\.name) ?? []
    case .one(_, let direction): [try catalog.select(model: model, direction: direction).key.direction]
    }
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
