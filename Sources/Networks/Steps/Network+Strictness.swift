import Tensors

/// What is in a file beside a network's weights and may be left out: its picture is the same without.
public struct HarmlessTensors: Sendable, Hashable {
  /// Biases in front of an instance normalisation, which takes them away with the mean; sorted.
  public var biases: [String] = []
  /// Buffers of normalisations that tracked statistics, which nothing is normalised by, and counters of batches;
  /// sorted.
  public var buffers: [String] = []

  public init() {}
}

extension Network {
  /// Finds that a file has all weights of this network and nothing else that would change its picture.
  /// - Returns: what it has beside them.
  /// - Throws: `TensorSourceError` naming the first weight that is missing or has another shape, or the first tensor that
  ///   the network has no place for.
  @discardableResult
  public func check(_ stored: StoredNetwork) throws(TensorSourceError) -> HarmlessTensors {
    var own: Set<String> = []
    for parameter in parameters {
      let found = try stored.shape(parameter.name, of: title)
      guard found == parameter.shape else {
        throw TensorSourceError("\(parameter.name) has shape \(found); expected \(parameter.shape)")
      }
      own.insert(parameter.name)
    }
    let (normalizations, biases) = ownNormalizations
    var harmless = HarmlessTensors()
    for name in (Array(stored.weights.keys) + stored.otherTypes.keys).sorted() where !own.contains(name) {
      let (holder, last) = split(name)
      if biases.contains(name) {
        harmless.biases.append(name)
      } else if last == "num_batches_tracked"
        || ["running_mean", "running_var"].contains(last) && normalizations.contains(holder)
      {
        harmless.buffers.append(name)
      } else {
        throw .unexpected(name, reason(against: name, own, normalizations))
      }
    }
    return harmless
  }

  /// - Throws: `TensorSourceError` as the other `check` does.
  public func check(_ tensors: [String: TensorDescription]) throws(TensorSourceError) {
    try check(StoredNetwork(weights: tensors))
  }

  /// Finds that the filters that every such network has are those that the steps are written for.
  /// - Throws: `TensorSourceError` naming the first that is another, or what the source throws.
  public func checkConstants(in source: any TensorSource) throws {
    for parameter in parameters {
      guard case .constant(let values) = parameter.role else { continue }
      for (index, value) in try source.floats(parameter.name).enumerated() {
        let expected = values[index % values.count]
        // Written so that a NaN fails.  bfloat16 has them exactly; so has every other type.
        guard (value - expected).magnitude <= 1e-6 else {
          throw TensorSourceError.unexpected(
            parameter.name, "is another filter: [\(index)] is \(value), not \(expected)")
        }
      }
    }
  }

  /// The names of the normalisations of each channel by its own statistics, and those of the biases that these take away.
  private var ownNormalizations: (names: Set<String>, biases: Set<String>) {
    var names: Set<String> = []
    var biases: Set<String> = []
    for (index, step) in steps.enumerated() {
      switch step {
      case .normalize(.instance(let name), _): names.insert(name)
      case .normalize(.batch(let own, .picture), _): names.insert(own.name)
      default: continue
      }
      biases.formUnion(steps[index - 1].parameters.map { sibling("bias", of: $0.name) })
    }
    return (names, biases)
  }

  /// Why the network has no place for a tensor, to go on after its name.
  private func reason(against name: String, _ own: Set<String>, _ normalizations: Set<String>) -> String {
    let (holder, last) = split(name)
    if normalizations.contains(holder) {
      return "scales or shifts an instance normalisation, which \(title) does not do"
    }
    if last == "bias", own.contains(sibling("weight", of: name)) {
      return "is a bias that \(title) does not have"
    }
    return "is no part of \(title)"
  }
}

extension TensorSourceError {
  /// Of a tensor that the network has no place for.
  static func unexpected(_ name: String, _ reason: String) -> TensorSourceError {
    TensorSourceError(
      "\(shown(name)) \(reason): the file is of another network, which does something else")
  }
}

/// A name from a file as a message may show it: as it is, or quoted and cut.
private func shown(_ name: String) -> String {
  let isPlain = name.utf8.count <= 80 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  return isPlain ? name : String(name.prefix(80)).debugDescription
}

private func split(_ name: String) -> (holder: String, last: String) {
  guard let dot = name.lastIndex(of: ".") else { return ("", name) }
  return (String(name[..<dot]), String(name[name.index(after: dot)...]))
}

/// The name of another tensor of the same layer.
private func sibling(_ last: String, of name: String) -> String { split(name).holder + "." + last }
