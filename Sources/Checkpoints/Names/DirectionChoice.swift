/// Which of a file's generators translates in which direction: what their names say, and what the user says where they
/// do not.
public struct DirectionChoice: Sendable {
  /// Where the generators lie, by direction ("A2B", "B2A"), as far as the user says it.
  public var keys: [String: String] = [:]
  /// What the only generator of a file translates whose name does not tell; nil for A2B.
  public var direction: String?
  /// Whether averages (`genA2B_ema`) are taken instead of the weights of the last step.
  public var takesAverages = false

  public init() {}

  /// The generators of a file by direction; none if the file has none.
  /// - Throws: `.mismatch`, telling what there is and how to choose.
  public func generators(in networks: [NamedNetwork]) throws(CheckpointError) -> [String: NamedNetwork] {
    let candidates = try candidates(among: networks)
    if candidates.isEmpty { return [:] }
    var chosen: [String: NamedNetwork] = [:]
    if !keys.isEmpty {
      for (direction, key) in keys { chosen[direction] = try network(key, in: candidates) }
      return chosen
    }
    for name in ModelConfiguration.directionNames {
      chosen[name] = try only(of: candidates.filter { $0.key == Self.publicName(name) })
    }
    guard chosen.isEmpty else {
      if let direction {
        throw CheckpointError(
          .mismatch,
          "names its directions (\(Self.listed(candidates))), so --direction \(direction) says nothing")
      }
      return chosen
    }
    if candidates.count == 1, candidates[0].key.isEmpty || direction != nil {
      return [direction ?? "A2B": candidates[0]]
    }
    throw CheckpointError(
      .mismatch,
      "holds generators under names that tell no direction: \(Self.listed(candidates)). Say which translates A to B "
        + "and which B to A: --a2b KEY, --b2a KEY")
  }

  /// The generator of one direction, from a file that the user gave for it; nil if the file has none.
  /// - Throws: `.mismatch`, telling what there is and how to choose.
  public func generator(of wanted: String, in networks: [NamedNetwork]) throws(CheckpointError)
    -> NamedNetwork?
  {
    let candidates = try candidates(among: networks)
    if let key = keys[wanted], !candidates.isEmpty { return try network(key, in: candidates) }
    if let named = try only(of: candidates.filter({ $0.key == Self.publicName(wanted) })) { return named }
    guard
      candidates.count > 1
        || ModelConfiguration.directionNames.contains(where: { direction in
          candidates.first?.key == Self.publicName(direction)
        })
    else { return candidates.first }
    throw CheckpointError(
      .mismatch,
      "is given for \(wanted), but holds \(Self.listed(candidates)). The file for A2B comes first; "
        + "--\(wanted.lowercased()) KEY takes another of its generators")
  }

  /// What is to be chosen from: of each key the average or the other, as asked.
  private func candidates(among networks: [NamedNetwork]) throws(CheckpointError) -> [NamedNetwork] {
    let averages = networks.filter(\.isAverage)
    let others = networks.filter { !$0.isAverage }
    if takesAverages {
      guard !averages.isEmpty || networks.isEmpty else {
        throw CheckpointError(
          .mismatch, "holds no averages, such as genA2B_ema, only \(Self.listed(networks)): leave --ema out")
      }
      return averages + others.filter { other in !averages.contains { $0.key == other.key } }
    }
    guard !others.isEmpty || networks.isEmpty else {
      throw CheckpointError(.mismatch, "holds only averages: \(Self.listed(networks)). Take them with --ema")
    }
    return others
  }

  /// The network that the user means, by its whole path or by what is left of it without wrappers.
  private func network(_ key: String, in candidates: [NamedNetwork]) throws(CheckpointError) -> NamedNetwork {
    let path = Wrappers.unwrapped(key) ?? key
    let exact = candidates.filter { $0.path == path }
    let alike = exact.isEmpty ? candidates.filter { $0.key == Wrappers.key(of: path).key } : exact
    guard let network = try only(of: alike) else {
      throw CheckpointError(
        .mismatch, "holds no generator under \(quoted(key)); there is \(Self.listed(candidates))")
    }
    return network
  }

  private func only(of networks: [NamedNetwork]) throws(CheckpointError) -> NamedNetwork? {
    guard networks.count < 2 else {
      throw CheckpointError(
        .mismatch,
        "holds several generators that could be meant: \(Self.listed(networks)). Say which: --a2b KEY, --b2a KEY"
      )
    }
    return networks.first
  }

  /// Under which the public code saves a direction's generator.
  private static func publicName(_ direction: String) -> String { "gen" + direction }

  private static func listed(_ networks: [NamedNetwork]) -> String {
    networks.prefix(8).map(\.shown).joined(separator: ", ") + (networks.count > 8 ? ", …" : "")
  }
}
