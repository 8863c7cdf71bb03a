import Tensors

/// What is in a file beside a network's weights and may be left out: its picture is the same without.
public struct HarmlessTensors: Sendable, Hashable {
  /// Biases in front of an instance normalisation, which takes them away with the mean; sorted.
  public var biases: [String] = []
  /// Buffers of instance normalisations that tracked statistics, which the public code does not normalise by, and
  /// counters of batches; sorted.
  public var buffers: [String] = []

  public init() {}
}

extension GeneratorConfiguration {
  /// Finds that a file has all weights of this generator and nothing else that would change its picture.
  /// - Returns: what it has beside them.
  /// - Throws: `TensorSourceError` naming the first weight that is missing or has another shape, or the first tensor that
  ///   the network has no place for.
  @discardableResult
  public func check(_ network: StoredNetwork) throws(TensorSourceError) -> HarmlessTensors {
    var own: Set<String> = []
    for parameter in parameters {
      let found = try network.shape(parameter.name)
      guard found == parameter.shape else {
        throw TensorSourceError("\(parameter.name) has shape \(found); expected \(parameter.shape)")
      }
      own.insert(parameter.name)
    }
    let normalizations = Set(parameters.compactMap(\.instanceNormalization))
    let biases = Set(
      parameters.filter { $0.instanceNormalization != nil }.map { Self.sibling("bias", of: $0.name) })
    var harmless = HarmlessTensors()
    for name in (Array(network.weights.keys) + network.otherTypes.keys).sorted() where !own.contains(name) {
      let (holder, last) = Self.split(name)
      if biases.contains(name) {
        harmless.biases.append(name)
      } else if last == "num_batches_tracked"
        || ["running_mean", "running_var"].contains(last) && normalizations.contains(holder)
      {
        harmless.buffers.append(name)
      } else {
        throw TensorSourceError(
          "\(Self.shown(name)) \(reason(against: name, normalizations)): the file is of another network, whose pictures this one "
            + "would not draw")
      }
    }
    return harmless
  }

  /// - Throws: `TensorSourceError` as the other `check` does.
  public func check(_ tensors: [String: TensorDescription]) throws(TensorSourceError) {
    try check(StoredNetwork(weights: tensors))
  }

  /// Why the network has no place for a tensor, to go on after its name.
  private func reason(against name: String, _ normalizations: Set<String>) -> String {
    let (holder, last) = Self.split(name)
    let weight = Self.sibling("weight", of: name)
    if normalizations.contains(holder) {
      return "scales or shifts an instance normalisation, which U-GAT-IT's generator does not do"
    }
    if name.hasPrefix("UpBlock1_") {
      let number = name.dropFirst("UpBlock1_".count).prefix { $0 != "." }
      if let block = Int(number), block > residualBlocks {
        return "belongs to residual block \(block) of the decoder, though the encoder has \(residualBlocks)"
      }
    }
    if last == "bias", parameters.contains(where: { $0.name == weight }) {
      return "is a bias that U-GAT-IT's generator does not have"
    }
    return "is no part of U-GAT-IT's generator"
  }

  /// A name from a file as a message may show it: as it is, or quoted and cut.
  private static func shown(_ name: String) -> String {
    let isPlain = name.utf8.count <= 80 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    return isPlain ? name : String(name.prefix(80)).debugDescription
  }

  private static func split(_ name: String) -> (holder: String, last: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  /// The name of another tensor of the same layer.
  private static func sibling(_ last: String, of name: String) -> String { split(name).holder + "." + last }
}
