import Checkpoints
import Networks
import Tensors

extension UGATITDiscriminator {
  /// The shape of a model's discriminator, as far as a `config.json` tells, and its weights the rest.
  ///
  /// - Parameter tensors: its weights.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit, or a size that it cannot judge.
  public init(
    _ configuration: ModelConfiguration, _ kind: ModelConfiguration.DiscriminatorKind, of direction: String,
    _ tensors: [String: TensorDescription]
  ) throws {
    self = try .inferred(
      from: StoredNetwork(weights: tensors), gain: configuration.discriminators[direction]?[kind]?.gain ?? 1,
      imageSize: (configuration.imageHeight, configuration.imageWidth))
  }
}

extension ModelDescription {
  /// What judges the pictures of a direction, in the order in which it is asked.
  func discriminators(of direction: String) -> [ModelConfiguration.DiscriminatorKind] {
    directions.first { $0.name == direction }?.discriminators.compactMap { .init(rawValue: $0) } ?? []
  }
}
