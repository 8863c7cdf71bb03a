import Tensors

/// Random weights that follow from a seed, the same here and in `models/training/ugatit/seeded.py`: for tests
/// against PyTorch and for benchmarks.
///
/// The stream of a tensor is SplitMix64 (Steele, Lea & Flood 2014) from FNV-1a-64(name) XOR seed; a draw's upper 53
/// bits are a number in [0, 1), scaled in double to the tensor's range and rounded to float.
public struct SeededWeights: TensorSource {
  public let tensors: [String: TensorDescription]
  private let parameters: [String: Parameter]
  private let seed: UInt64

  public init(network: Network, seed: UInt64) {
    self.seed = seed
    parameters = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.name, $0) })
    tensors = parameters.mapValues { TensorDescription(elementType: .float32, shape: $0.shape) }
  }

  public func floats(_ name: String) throws -> [Float] {
    guard let parameter = parameters[name] else { throw TensorSourceError("no tensor \(name)") }
    let count = parameter.shape.reduce(1, *)
    if case .constant(let values) = parameter.role { return (0..<count).map { values[$0 % values.count] } }
    return Self.draw(name, count: count, seed: seed, in: parameter.seededRange)
  }

  /// A planar image `[3][height][width]` of noise in [−1, 1).
  public static func image(height: Int, width: Int, seed: UInt64) -> [Float] {
    draw("input", count: 3 * height * width, seed: seed, in: -1..<1)
  }

  private static func draw(_ name: String, count: Int, seed: UInt64, in range: Range<Double>) -> [Float] {
    var state =
      name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } ^ seed
    let width = range.upperBound - range.lowerBound
    return (0..<count).map { _ in
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      z ^= z >> 31
      return Float(range.lowerBound + width * (Double(z >> 11) * 0x1p-53))
    }
  }
}

extension Parameter {
  /// Keeps the activations of a random network in the order of 1.
  fileprivate var seededRange: Range<Double> {
    switch role {
    case .mixing: return 0..<1
    case .scale: return 0.5..<1.5
    case .shift: return -0.5..<0.5
    case .bias: return -0.1..<0.1
    case .direction: return -1..<1
    case .constant: preconditionFailure("a constant is not drawn")
    case .product(let gain):
      let bound = (gain / Double(shape.dropFirst().reduce(1, *))).squareRoot()
      return -bound..<bound
    }
  }
}
