import Tensors

/// What a file has under a network's names.
public struct StoredNetwork: Sendable, Hashable {
  /// Tensors that can be read as weights.
  public var weights: [String: TensorDescription]
  /// Tensors of types that are no weights, by what they are stored as: "I64".
  public var otherTypes: [String: String]
  /// What stands where no tensor is, such as the class of an object; these matter only where a weight is missing.
  public var objects: [String: String]

  public init(
    weights: [String: TensorDescription], otherTypes: [String: String] = [:], objects: [String: String] = [:]
  ) {
    self.weights = weights
    self.otherTypes = otherTypes
    self.objects = objects
  }

  /// Whether anything stands under a name.
  func has(_ name: String) -> Bool { weights[name] != nil || otherTypes[name] != nil || objects[name] != nil }

  /// - Parameter kind: what should have the weight, for the error.
  /// - Throws: `TensorSourceError` that says what stands there instead of the weight.
  func shape(_ name: String, of kind: String = "a U-GAT-IT generator") throws(TensorSourceError) -> [Int] {
    if let weight = weights[name], objects[name] == nil { return weight.shape }
    if let type = otherTypes[name] {
      throw TensorSourceError("\(name) is stored as \(type); weights are F64, F32, F16 or BF16")
    }
    var holder = name[...]
    while true {  // an object in the weight's place, or in that of what would hold it
      if let object = objects[String(holder)] {
        throw TensorSourceError(
          "\(holder) is \(object), which cannot be read: in Python, save plain tensors, "
            + "torch.save({'genA2B': genA2B.state_dict()}, path)")
      }
      guard let dot = holder.lastIndex(of: ".") else { break }
      holder = holder[..<dot]
    }
    throw TensorSourceError("no tensor \(name): not \(kind), or an incomplete one")
  }
}
