import Tensors

/// The numbers of a layer's weight, as they are trained and as they are multiplied by.
struct LayerNumbers {
  let original: [Float]
  let effective: [Float]
}

extension WeightReader {
  /// Both forms of a weight, all numbers finite.
  /// - Throws: also where σ is 0 or none, so that nothing could be divided by it.
  func numbers(_ weight: LayerWeight) throws -> LayerNumbers {
    switch weight {
    case .plain(let weight):
      let numbers = try floats(weight.name)
      return LayerNumbers(original: numbers, effective: numbers)
    case .both(let effective, let original, _):
      return LayerNumbers(original: try floats(original.name), effective: try floats(effective.name))
    case .divided(let original, let left, let right):
      let weights = try floats(original.name)
      let sigma = Self.sigma(weights, try floats(left.name), try floats(right.name))
      let effective = weights.map { Float(Double($0) / sigma) }
      guard sigma != 0, effective.allSatisfy(\.isFinite) else {
        throw TensorSourceError(
          "\(left.name) and \(right.name) make \(sigma) of \(original.name), which cannot be divided by that: the "
            + "checkpoint is damaged")
      }
      return LayerNumbers(original: weights, effective: effective)
    }
  }

  /// uᵀ·W·v, in double.
  private static func sigma(_ weights: [Float], _ left: [Float], _ right: [Float]) -> Double {
    var sigma = 0.0
    for (row, u) in left.enumerated() {
      let start = row * right.count
      var sum = 0.0
      for column in right.indices { sum += Double(weights[start + column]) * Double(right[column]) }
      sigma += Double(u) * sum
    }
    return sigma
  }
}
