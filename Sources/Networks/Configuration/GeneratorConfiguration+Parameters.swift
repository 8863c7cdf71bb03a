extension GeneratorConfiguration {
  /// A weight tensor by its public name, without the generator's own (`genA2B.`).
  public struct Parameter: Sendable, Hashable {
    public let name: String
    public let shape: [Int]
    /// The instance normalisation that follows and takes away what a bias would add; it has no tensors of its own.
    public let instanceNormalization: String?

    init(name: String, shape: [Int], instanceNormalization: String? = nil) {
      self.name = name
      self.shape = shape
      self.instanceNormalization = instanceNormalization
    }
  }

  /// Every weight that a generator of this shape has, in the order of its way.
  public var parameters: [Parameter] {
    let c = baseChannels
    var result = [
      Parameter(name: "DownBlock.1.weight", shape: [c, 3, 7, 7], instanceNormalization: "DownBlock.2"),
      Parameter(name: "DownBlock.5.weight", shape: [2 * c, c, 3, 3], instanceNormalization: "DownBlock.6"),
      Parameter(
        name: "DownBlock.9.weight", shape: [4 * c, 2 * c, 3, 3], instanceNormalization: "DownBlock.10"),
    ]
    for block in 0..<residualBlocks {
      for convolution in [1, 5] {
        let prefix = "DownBlock.\(12 + block).conv_block"
        result.append(
          Parameter(
            name: "\(prefix).\(convolution).weight", shape: [features, features, 3, 3],
            instanceNormalization: "\(prefix).\(convolution + 1)"))
      }
    }
    result += [
      Parameter(name: "gap_fc.weight", shape: [1, features]),
      Parameter(name: "gmp_fc.weight", shape: [1, features]),
      Parameter(name: "conv1x1.weight", shape: [features, 2 * features, 1, 1]),
      Parameter(name: "conv1x1.bias", shape: [features]),
      Parameter(name: "FC.0.weight", shape: [features, modulationInputs]),
      Parameter(name: "FC.2.weight", shape: [features, features]),
      Parameter(name: "gamma.weight", shape: [features, features]),
      Parameter(name: "beta.weight", shape: [features, features]),
    ]
    for block in 1...residualBlocks {
      for part in [1, 2] {
        let prefix = "UpBlock1_\(block)"
        result.append(Parameter(name: "\(prefix).conv\(part).weight", shape: [features, features, 3, 3]))
        result.append(Parameter(name: "\(prefix).norm\(part).rho", shape: [1, features, 1, 1]))
      }
    }
    for (index, channels) in [(2, 2 * c), (7, c)] {
      result.append(Parameter(name: "UpBlock2.\(index).weight", shape: [channels, 2 * channels, 3, 3]))
      for part in ["rho", "gamma", "beta"] {
        result.append(Parameter(name: "UpBlock2.\(index + 1).\(part)", shape: [1, channels, 1, 1]))
      }
    }
    result.append(Parameter(name: "UpBlock2.11.weight", shape: [3, c, 7, 7]))
    return result
  }

  /// Inputs of the first fully connected layer behind γ and β.
  var modulationInputs: Int {
    variant == .light ? features : features * featureHeight * featureWidth
  }
}
