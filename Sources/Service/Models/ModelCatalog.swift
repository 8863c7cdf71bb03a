import Checkpoints
import Digests
import Images
import Networks

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
    /// What judges its pictures, if anything: "global", "local".
    public let discriminators: [String]
  }

  public let name: String
  /// What the weights are, 12 hexadecimal digits: another one where any weight, the size or what else changes pictures
  /// is another.
  public let version: String
  /// Of which family it is: "U-GAT-IT", "ResNet".
  public let architecture: String
  /// Which of that.
  public let variant: String
  public let imageWidth: Int
  public let imageHeight: Int
  public let baseChannels: Int
  public let residualBlocks: Int
  /// Whether it tells where it looked: not without a class activation map.
  public let hasHeatmap: Bool
  /// How a photograph becomes one of the network's size, and its output a picture.
  public let resample: ResamplingFilter
  public let quantization: Quantization
  /// What it computes in: "f32" or "bf16".
  public let precision: String
  public let directions: [Direction]
  public let licence: String
  public let attribution: String

  private enum CodingKeys: String, CodingKey {
    case name, version, architecture, variant, precision, directions, licence, attribution
    case imageWidth = "image_width"
    case imageHeight = "image_height"
    case baseChannels = "base_channels"
    case residualBlocks = "residual_blocks"
    case hasHeatmap = "heatmap"
  }

  public init(name: String, configuration: ModelConfiguration, precision: String) {
    self.name = name
    self.precision = precision
    version = Self.version(of: configuration)
    architecture = configuration.architecture.name.rawValue
    variant = configuration.architecture.variant
    imageWidth = configuration.imageWidth
    imageHeight = configuration.imageHeight
    baseChannels = configuration.architecture.baseChannels
    residualBlocks = configuration.architecture.residualBlocks
    hasHeatmap = configuration.architecture.hasHeatmap
    resample =
      switch configuration.resample {
      case .bilinear: .bilinear
      case .bicubic: .bicubic
      }
    quantization =
      switch configuration.architecture.name {
      case .ugatit: .rounded
      case .resnet: .truncated
      }
    licence = configuration.licence
    attribution = configuration.attribution
    let domains = configuration.domains
    directions = configuration.directions.sorted { $0.key < $1.key }.map { name, weights in
      let (source, target) = name == "A2B" ? (domains.a, domains.b) : (domains.b, domains.a)
      return Direction(
        name: name, source: source, target: target, weights: weights.precision.rawValue,
        discriminators: configuration.discriminators[name, default: [:]].keys.map(\.rawValue).sorted())
    }
  }

  private static func version(of configuration: ModelConfiguration) -> String {
    let weights = configuration.directions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.sha256)" }
    let judges = configuration.discriminators.flatMap { direction, kinds in
      kinds.map { "\(direction) \($0.rawValue) \($1.weights.sha256) \($1.gain)" }
    }.sorted()
    let size = "\(configuration.imageWidth)x\(configuration.imageHeight)"
    let text = (weights + judges + [size] + said(configuration)).joined(separator: "\n")
    return hexadecimal(SHA256.digest(of: Array(text.utf8)).prefix(6))
  }

  /// What the same weights may be drawn by; nothing of those that only one network has, whose versions have always been
  /// these.
  private static func said(_ configuration: ModelConfiguration) -> [String] {
    switch configuration.architecture {
    case .ugatit(let own) where own.normalization == .adalin: []
    case .ugatit(let own): [own.normalization.rawValue]
    case .resnet(let own):
      [own.padding.rawValue, own.statistics?.rawValue ?? "", configuration.resample.rawValue]
    }
  }
}

extension ModelDescription {
  /// That it was trained at.
  var size: ImageSize { ImageSize(width: imageWidth, height: imageHeight) }
}

/// A model that is there, but could not be loaded; where an earlier version of it is served, the new one.
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
  /// Those that could not be loaded, sorted by name.
  public let failed: [FailedModel]
  /// The one that is used when a request names none; nil where nothing is served and none was chosen.
  public let defaultModel: String?

  /// - Parameter defaultModel: the first one by name that is served when nil.
  public init(_ models: [ModelDescription], failed: [FailedModel] = [], defaultModel: String? = nil) {
    self.models = models.sorted { $0.name < $1.name }
    self.failed = failed.sorted { $0.name < $1.name }
    self.defaultModel = defaultModel ?? self.models.first?.name
  }

  /// Why requests that name no model cannot be answered; nil when it is not for a damaged model.
  public var failedDefault: FailedModel? {
    guard let defaultModel, !models.contains(where: { $0.name == defaultModel }) else { return nil }
    return failed.first { $0.name == defaultModel }
  }

  /// The model and direction that a request means.
  ///
  /// - Parameter direction: A2B when nil, or the only one of a model that lacks it.
  public func select(
    model: String?, direction: String?
  ) throws(ModelSelectionError) -> (key: ModelKey, model: ModelDescription) {
    guard let name = model ?? defaultModel else { throw .noModels }
    let found = try find(model: name)
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
  case noDiscriminators(ModelKey)

  public var description: String {
    switch self {
    case .noModels: "there are no models"
    case .unknownModel(let name, let offered):
      "there is no model named '\(name)'; "
        + (offered.isEmpty ? "there is none" : "there is \(offered.joined(separator: ", "))")
    case .failedModel(let failure): "model '\(failure.name)' could not be loaded: \(failure.reason)"
    case .unknownDirection(let direction, let model, let offered):
      "model '\(model)' has no direction '\(direction)'; it has \(offered.joined(separator: ", "))"
    case .noDiscriminators(let key):
      "model '\(key.model)' has nothing that judges what \(key.direction) draws; 'ugatit import' takes discriminators "
        + "that lie beside the generators, or with --discriminator-\(key.direction.lowercased()) of a file of their own"
    }
  }
}
