import Tensors

/// Random weights that follow from a seed, the same here and in `models/training/ugatit/seeded.py`: for tests
/// against PyTorch and for benchmarks.
///
/// The stream of a tensor is SplitMix64 (Steele, Lea & Flood 2014) from FNV-1a-64(name) XOR seed; a draw's upper 53
/// bits are a number in [0, 1), scaled in double to the tensor's range and rounded to float.
public struct SeededWeights: TensorSource {
  public let tensors: [String: TensorDescription]
  let seed: UInt64

  public init(configuration: GeneratorConfiguration, seed: UInt64) {
    self.seed = seed
    tensors = Dictionary(
      uniqueKeysWithValues: configuration.parameters.map {
        ($0.name, TensorDescription(elementType: .float32, shape: $0.shape))
      })
  }

  public func floats(_ name: String) throws -> [Float] {
    guard let tensor = tensors[name] else { throw TensorSourceError("no tensor \(name)") }
    return Self.draw(name, count: tensor.count, seed: seed, in: Self.range(name, shape: tensor.shape))
  }

  /// A planar image `[3][height][width]` of noise in [−1, 1).
  public static func image(height: Int, width: Int, seed: UInt64) -> [Float] {
    draw("input", count: 3 * height * width, seed: seed, in: -1..<1)
  }

  static func draw(_ name: String, count: Int, seed: UInt64, in range: Range<Double>) -> [Float] {
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

  /// Ranges that keep the activations of a random network in the order of 1.
  private static func range(_ name: String, shape: [Int]) -> Range<Double> {
    if name.hasSuffix(".rho") { return 0..<1 }
    if name.hasSuffix(".gamma") { return 0.5..<1.5 }
    if name.hasSuffix(".beta") { return -0.5..<0.5 }
    if name == "conv1x1.bias" { return -0.1..<0.1 }
    let gain: Double = name.hasPrefix("FC.") || name == "gamma.weight" || name == "beta.weight" ? 6 : 3
    let bound = (gain / Double(shape.dropFirst().reduce(1, *))).squareRoot()
    return -bound..<bound
  }
}
