import FoundationEssentials
import Tensors

// Written and read by hand-made conformances: a key that is missing, unknown or out of range is named, and
// the file keeps its own spelling (snake_case) and its own version.

extension ModelConfiguration: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case formatVersion = "format_version"
    case architecture, hyperparameters, image
    /// That of the architecture's public code where it is not said, since files that say it came later.
    case resample
    case domains, directions, discriminators, licence, attribution
  }

  /// The keys of the first version: the hyperparameters lie beside the others.
  private enum FlatKey: String, CodingKey, CaseIterable {
    case formatVersion = "format_version"
    case architecture, variant, image
    case baseChannels = "base_channels"
    case residualBlocks = "residual_blocks"
    case domains, directions, licence, attribution
  }

  private enum ImageKey: String, CodingKey, CaseIterable { case width, height }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    // Before anything else: another version may have other keys.
    let version = try container.decode(Int.self, forKey: .formatVersion)
    guard Self.formatVersions.contains(version) else {
      let known = Self.formatVersions.map(String.init).joined(separator: " and ")
      throw container.failure(.formatVersion, "is \(version), but only \(known) are known here")
    }
    let known = version == 1 ? [ModelArchitecture.Name.ugatit] : ModelArchitecture.Name.allCases
    let said = try container.decode(String.self, forKey: .architecture)
    guard let name = known.first(where: { $0.rawValue == said }) else {
      let names = known.map(\.rawValue).joined(separator: " and ")
      throw container.failure(
        .architecture,
        "is \(said), but only \(names) \(known.count == 1 ? "is" : "are") known in version \(version)")
    }
    if version == 1 {
      try decoder.refuseUnknownKeys(FlatKey.self)
      let flat = try decoder.container(keyedBy: FlatKey.self)
      architecture = .ugatit(
        .init(
          variant: try flat.decode(ModelArchitecture.UGATIT.Variant.self, forKey: .variant),
          baseChannels: try flat.count(.baseChannels), residualBlocks: try flat.count(.residualBlocks)))
    } else {
      try decoder.refuseUnknownKeys(Key.self)
      switch name {
      case .ugatit:
        architecture = .ugatit(try container.decode(ModelArchitecture.UGATIT.self, forKey: .hyperparameters))
      case .resnet:
        architecture = .resnet(try container.decode(ModelArchitecture.ResNet.self, forKey: .hyperparameters))
      }
    }
    resample = try container.decodeIfPresent(Resample.self, forKey: .resample) ?? name.resample
    let image = try container.strictlyNested(ImageKey.self, forKey: .image)
    imageWidth = try image.count(.width)
    imageHeight = try image.count(.height)
    domains = try container.decode(Domains.self, forKey: .domains)
    directions = try container.decode([String: Weights].self, forKey: .directions)
    guard !directions.isEmpty, directions.keys.allSatisfy(Self.directionNames.contains) else {
      throw container.failure(.directions, "must have A2B, B2A or both, and nothing else")
    }
    if version > 1 { discriminators = try Self.discriminators(in: container, of: directions) }
    licence = try container.decode(String.self, forKey: .licence)
    attribution = try container.decode(String.self, forKey: .attribution)
  }

  private static func discriminators(
    in container: KeyedDecodingContainer<Key>, of directions: [String: Weights]
  ) throws -> [String: [DiscriminatorKind: Discriminator]] {
    let named =
      try container.decodeIfPresent([String: [String: Discriminator]].self, forKey: .discriminators) ?? [:]
    return try named.reduce(into: [:]) { discriminators, direction in
      guard directions[direction.key] != nil else {
        throw container.failure(.discriminators, "has \(quoted(direction.key)), which is no direction here")
      }
      for (name, discriminator) in direction.value {
        guard let kind = DiscriminatorKind(rawValue: name) else {
          throw container.failure(.discriminators, "has \(quoted(name)); there is global and local")
        }
        discriminators[direction.key, default: [:]][kind] = discriminator
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(formatVersion, forKey: .formatVersion)
    try container.encode(architecture.name, forKey: .architecture)
    switch architecture {
    case .ugatit(let own) where formatVersion == 1:
      var flat = encoder.container(keyedBy: FlatKey.self)
      try flat.encode(own.variant, forKey: .variant)
      try flat.encode(own.baseChannels, forKey: .baseChannels)
      try flat.encode(own.residualBlocks, forKey: .residualBlocks)
    case .ugatit(let own): try container.encode(own, forKey: .hyperparameters)
    case .resnet(let own): try container.encode(own, forKey: .hyperparameters)
    }
    if formatVersion > 1 { try container.encode(resample, forKey: .resample) }
    var image = container.nestedContainer(keyedBy: ImageKey.self, forKey: .image)
    try image.encode(imageWidth, forKey: .width)
    try image.encode(imageHeight, forKey: .height)
    try container.encode(domains, forKey: .domains)
    try container.encode(directions, forKey: .directions)
    if !discriminators.isEmpty {
      let named = discriminators.mapValues { kinds in
        Dictionary(uniqueKeysWithValues: kinds.map { ($0.key.rawValue, $0.value) })
      }
      try container.encode(named, forKey: .discriminators)
    }
    try container.encode(licence, forKey: .licence)
    try container.encode(attribution, forKey: .attribution)
  }
}

extension ModelConfiguration.Domains: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case a = "A"
    case b = "B"
  }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    a = try container.decode(String.self, forKey: .a)
    b = try container.decode(String.self, forKey: .b)
    for (key, name) in [(CodingKeys.a, a), (.b, b)] where name.isEmpty {
      throw container.failure(key, "must not be empty")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(a, forKey: .a)
    try container.encode(b, forKey: .b)
  }
}

extension ModelConfiguration.Weights: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case file, sha256, precision }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    file = try container.decode(String.self, forKey: .file)
    sha256 = try container.decode(String.self, forKey: .sha256)
    precision = try container.decode(ElementType.self, forKey: .precision)
    guard ModelConfiguration.isFileName(file) else {
      throw container.failure(.file, "must be the name of a file in the same directory, not \(quoted(file))")
    }
    guard sha256.utf8.count == 64, sha256.utf8.allSatisfy("0123456789abcdef".utf8.contains) else {
      throw container.failure(.sha256, "must be 64 lower-case hexadecimal digits")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(sha256, forKey: .sha256)
    try container.encode(precision, forKey: .precision)
  }
}

extension ModelConfiguration {
  /// Reads the content of a `config.json`.
  /// - Throws: `CheckpointError`, naming the key that is wrong.
  public init(json: [UInt8]) throws(CheckpointError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch let error as DecodingError {
      throw CheckpointError(.malformed, error.sentence)
    } catch {
      throw CheckpointError(.malformed, "not a JSON object: \(error)")
    }
  }

  /// The content of a `config.json`: indented, keys sorted, a newline at the end.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + Array("\n".utf8)
  }
}
