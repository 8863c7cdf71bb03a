import Checkpoints

/// One direction of one model: what a batch is made for.
public struct ModelKey: Hashable, Sendable {
  public let model: String
  public let direction: String

  public init(model: String, direction: String) {
    self.model = model
    self.direction = direction
  }
}

/// What a model is, without its weights; what `GET /models` tells.
public struct ModelDescription: Sendable, Equatable, Encodable {
  public struct Direction: Sendable, Equatable, Encodable {
    /// "A2B" or "B2A".
    public let name: String
    /// The domains it goes from and to.
    public let source: String
    public let target: String
    /// How the weights are stored: "F32", "F16" or "BF16".
    public let weights: String
  }

  public let name: String
  public let variant: String
  public let imageWidth: Int
  public let imageHeight: Int
  public let baseChannels: Int
  public let residualBlocks: Int
  /// What it computes in: "f32" or "bf16".
  public let precision: String
  public let directions: [Direction]
  public let licence: String
  public let attribution: String

  private enum CodingKeys: String, CodingKey {
    case name, variant, precision, directions, licence, attribution
    case imageWidth = "image_width"
    case imageHeight = "image_height"
    case baseChannels = "base_channels"
    case residualBlocks = "residual_blocks"
  }

  public init(name: String, configuration: ModelConfiguration, precision: String) {
    self.name = name
    self.precision = precision
    variant = configuration.variant.rawValue
    imageWidth = configuration.imageWidth
    imageHeight = configuration.imageHeight
    baseChannels = configuration.baseChannels
    residualBlocks = configuration.residualBlocks
    licence = configuration.licence
    attribution = configuration.attribution
    let domains = configuration.domains
    directions = configuration.directions.sorted { $0.key < $1.key }.map { name, weights in
      let (source, target) = name == "A2B" ? (domains.a, domains.b) : (domains.b, domains.a)
      return Direction(name: name, source: source, target: target, weights: weights.precision.rawValue)
    }
  }
}

/// A model that is there, but is not served.
public struct FailedModel: Sendable, Equatable, Encodable {
  public let name: String
  /// The first thing wrong with it.
  public let reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

/// The models that are there.
public struct ModelCatalog: Sendable {
  /// Those that are served, sorted by name.
  public let models: [ModelDescription]
  /// Those that are not, sorted by name.
  public let failed: [FailedModel]
  /// The one that is used when a request names none.
  public let defaultModel: String

  /// - Parameter defaultModel: one of the models or of the failed ones; the first one by name that is served when nil.
  /// - Throws: `ModelSelectionError` when no model is served, or there is none of that name.
  public init(
    _ models: [ModelDescription], failed: [FailedModel] = [], defaultModel: String? = nil
  ) throws(ModelSelectionError) {
    self.models = models.sorted { $0.name < $1.name }
    self.failed = failed.sorted { $0.name < $1.name }
    guard let first = self.models.first else { throw .noModels }
    self.defaultModel = defaultModel ?? first.name
    if failedDefault == nil { _ = try find(model: self.defaultModel) }
  }

  /// Why requests that name no model cannot be answered; nil when they can.
  public var failedDefault: FailedModel? { failed.first { $0.name == defaultModel } }

  /// The model and direction that a request means.
  ///
  /// - Parameter direction: A2B when nil, or the only one of a model that lacks it.
  public func select(
    model: String?, direction: String?
  ) throws(ModelSelectionError) -> (key: ModelKey, model: ModelDescription) {
    let found = try find(model: model ?? defaultModel)
    let offered = found.directions.map(\.name)
    let wanted = direction ?? (offered.contains("A2B") ? "A2B" : offered[0])
    guard offered.contains(wanted) else {
      throw .unknownDirection(wanted, model: found.name, offered: offered)
    }
    return (ModelKey(model: found.name, direction: wanted), found)
  }

  private func find(model name: String) throws(ModelSelectionError) -> ModelDescription {
    guard let model = models.first(where: { $0.name == name }) else {
      if let failure = failed.first(where: { $0.name == name }) { throw .failedModel(failure) }
      throw .unknownModel(name, offered: models.map(\.name))
    }
    return model
  }
}

/// Why there is no model for a request.
public enum ModelSelectionError: Error, Equatable, CustomStringConvertible {
  case noModels
  case unknownModel(String, offered: [String])
  case failedModel(FailedModel)
  case unknownDirection(String, model: String, offered: [String])

  public var description: String {
    switch self {
    case .noModels: "there are no models"
    case .unknownModel(let name, let offered):
      "there is no model named '\(name)'; there is \(offered.joined(separator: ", "))"
    case .failedModel(let failure): "model '\(failure.name)' could not be loaded: \(failure.reason)"
    case .unknownDirection(let direction, let model, let offered):
      "model '\(model)' has no direction '\(direction)'; it has \(offered.joined(separator: ", "))"
    }
  }
}
