// The hyperparameters of the second version of `config.json`; in the first they lie beside everything else.

extension ModelArchitecture.UGATIT: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case variant
    case baseChannels = "base_channels"
    case residualBlocks = "residual_blocks"
    case normalization
    /// True where it is not said, since files that say it came later.
    case cam
  }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    variant = try container.decode(Variant.self, forKey: .variant)
    baseChannels = try container.count(.baseChannels)
    residualBlocks = try container.count(.residualBlocks)
    normalization = try container.decode(Normalization.self, forKey: .normalization)
    cam = try container.decodeIfPresent(Bool.self, forKey: .cam) ?? true
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(variant, forKey: .variant)
    try container.encode(baseChannels, forKey: .baseChannels)
    try container.encode(residualBlocks, forKey: .residualBlocks)
    try container.encode(normalization, forKey: .normalization)
    if !cam { try container.encode(cam, forKey: .cam) }
  }
}

extension ModelArchitecture.ResNet: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case baseChannels = "base_channels"
    case residualBlocks = "residual_blocks"
    case antialias, normalization, statistics, padding, dropout
  }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    baseChannels = try container.count(.baseChannels)
    residualBlocks = try container.count(.residualBlocks)
    antialias = try container.decode(Antialias.self, forKey: .antialias)
    normalization = try container.decode(Normalization.self, forKey: .normalization)
    statistics = try container.decodeIfPresent(Statistics.self, forKey: .statistics)
    guard (statistics != nil) == (normalization == .batch) else {
      throw container.failure(
        .statistics,
        "must be picture or running where normalization is batch, and be left out where it is instance")
    }
    padding = try container.decode(Padding.self, forKey: .padding)
    dropout = try container.decode(Bool.self, forKey: .dropout)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(baseChannels, forKey: .baseChannels)
    try container.encode(residualBlocks, forKey: .residualBlocks)
    try container.encode(antialias, forKey: .antialias)
    try container.encode(normalization, forKey: .normalization)
    try container.encodeIfPresent(statistics, forKey: .statistics)
    try container.encode(padding, forKey: .padding)
    try container.encode(dropout, forKey: .dropout)
  }
}
