import Tensors

/// Which of U-GAT-IT's networks a checkpoint holds.
///
/// The public training code saves one dictionary of six state dictionaries.  A `module.` that
/// `torch.nn.DataParallel` put between network and parameter (`genA2B.module.FC.0.weight`) is dropped.  A
/// bare state dictionary of one generator is taken as `genA2B`: the file does not say which direction it
/// translates, so it is "from the domain the user calls A".
public struct NetworkParts: Sendable {
  public enum Part: String, Sendable, CaseIterable {
    case genA2B, genB2A, disGA, disGB, disLA, disLB
  }

  public let parts: [Part: PrefixedTensors]
  /// Whether the source is the state dictionary of one generator rather than a checkpoint of several
  /// networks.
  public let isBareGenerator: Bool

  /// - Throws: `CheckpointError.mismatch`, listing what was found, when there is no network of U-GAT-IT.
  public init(_ source: any TensorSource) throws {
    var parts: [Part: PrefixedTensors] = [:]
    for part in Part.allCases {
      parts[part] = Self.network(in: source, prefix: part.rawValue + ".")
    }
    if parts.isEmpty, let network = Self.network(in: source, prefix: ""), Self.isGenerator(network) {
      self.parts = [.genA2B: network]
      isBareGenerator = true
      return
    }
    guard !parts.isEmpty else { throw Self.nothingFound(in: source) }
    self.parts = parts
    isBareGenerator = false
  }

  /// The generator of a direction, "A2B" or "B2A"; nil if the checkpoint has none.
  public func generator(direction: String) -> PrefixedTensors? {
    Part(rawValue: "gen" + direction).flatMap { parts[$0] }
  }

  private static func network(in source: any TensorSource, prefix: String) -> PrefixedTensors? {
    let network = PrefixedTensors(source, prefix: prefix)
    if network.tensors.isEmpty { return nil }
    let wrapper = "module."
    guard network.tensors.keys.allSatisfy({ $0.hasPrefix(wrapper) }) else { return network }
    return PrefixedTensors(source, prefix: prefix + wrapper)
  }

  /// Names that every generator, full or light, has and no discriminator.
  private static func isGenerator(_ network: PrefixedTensors) -> Bool {
    ["DownBlock.1.weight", "gap_fc.weight", "gamma.weight", "beta.weight"].allSatisfy {
      network.tensors[$0] != nil
    }
  }

  private static func nothingFound(in source: any TensorSource) -> CheckpointError {
    let names = Set(source.tensors.keys.map { String($0.prefix { $0 != "." }) }).sorted()
    let listed = names.prefix(8).map(quoted).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    let found =
      names.isEmpty ? "no weights at all" : "\(source.tensors.count) weights under \(listed)"
    let expected = Part.allCases.map(\.rawValue).joined(separator: ", ")
    return CheckpointError(
      .mismatch,
      "holds no U-GAT-IT network: expected one of \(expected), or one generator's state dictionary, "
        + "but found \(found)")
  }
}
