import Tensors

extension ModelConfiguration {
  /// Which discriminator: how much of a picture each of its logits sees.
  public enum DiscriminatorKind: String, Sendable, CaseIterable {
    case global, local
  }

  /// One discriminator: its weights, whose names and shapes tell nearly everything of it.
  public struct Discriminator: Sendable, Hashable {
    public var weights: Weights
    /// What its features are multiplied by; 1 but for our own training.
    public var gain: Float

    public init(weights: Weights, gain: Float = 1) {
      self.weights = weights
      self.gain = gain
    }
  }
}

extension ModelConfiguration.Discriminator: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case weights, gain }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    weights = try container.decode(ModelConfiguration.Weights.self, forKey: .weights)
    gain = try container.decodeIfPresent(Float.self, forKey: .gain) ?? 1
    guard gain > 0, gain.isFinite else { throw container.failure(.gain, "must be positive, not \(gain)") }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(weights, forKey: .weights)
    if gain != 1 { try container.encode(gain, forKey: .gain) }
  }
}
