import Kernels
import Tensors

/// The generator of U-GAT-IT (Kim et al., ICLR 2020; the public PyTorch code's `ResnetGenerator`): everything that fixes
/// its shape.
public struct UGATITGenerator: Sendable, Hashable {
  /// How γ and β of the adaptive normalisation are computed.
  public enum Variant: String, Sendable, Codable, CaseIterable {
    /// From the global average of each channel: small, and the image may have any size.
    case light
    /// From every activation: `4·ngf · H/4 · W/4` inputs, so the image size is part of the weights.
    case full
  }

  /// What stands in the decoder: the method's, or one of those that the paper compares it with ("AdaLIN analysis").
  public enum DecoderNormalization: String, Sendable, Codable, CaseIterable {
    case adalin
    /// AdaLIN with ρ = 1.
    case adain
    /// AdaLIN with ρ = 1 and with ρ = 0, γ and β learned.
    case instance = "in"
    case layer = "ln"
    /// 32 groups, or as many as divide the channels.
    case group = "gn"

    /// Whether γ and β of the residual blocks follow from the image.
    var isAdaptive: Bool { self == .adalin || self == .adain }
  }

  public var variant: Variant
  /// Channels after the first layer, `ngf`: 64 in the paper.
  public var baseChannels: Int
  /// Residual blocks of the encoder, and as many of the decoder: 4 in the paper.
  public var residualBlocks: Int
  public var normalization: DecoderNormalization
  /// Whether it attends to what its auxiliary classifiers find, which gives the heatmap and their logits.
  public var cam: Bool
  public var imageHeight: Int
  public var imageWidth: Int

  /// - Throws: `TensorSourceError` for a shape that there is no plan for.
  public init(
    variant: Variant, baseChannels: Int, residualBlocks: Int, normalization: DecoderNormalization = .adalin,
    cam: Bool = true, imageHeight: Int, imageWidth: Int
  ) throws(TensorSourceError) {
    self.variant = variant
    self.baseChannels = baseChannels
    self.residualBlocks = residualBlocks
    self.normalization = normalization
    self.cam = cam
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    guard Self.baseChannelRange.contains(baseChannels), baseChannels % 8 == 0 else {
      throw TensorSourceError("\(baseChannels) base channels: must be a multiple of 8 from 8 to 512")
    }
    guard residualBlocks >= 1, residualBlocks <= 64 else {
      throw TensorSourceError("\(residualBlocks) residual blocks: must be 1 to 64")
    }
    guard variant == .light || normalization.isAdaptive else {
      throw TensorSourceError(
        "a generator normalised by \(normalization.rawValue) takes nothing from the image, so it is no full one"
      )
    }
    guard variant == .light || imageHeight == imageWidth else {
      throw TensorSourceError("a full generator's image is square, not \(imageWidth)×\(imageHeight)")
    }
    try checkImage(height: imageHeight, width: imageWidth, channels: baseChannels)
  }

  static let baseChannelRange = 8...512

  /// Channels of the residual blocks.
  var features: Int { 4 * baseChannels }
}

extension UGATITGenerator {
  /// The network of this shape.
  public var network: Network {
    Network(title: Self.title, imageHeight: imageHeight, imageWidth: imageWidth, steps: steps)
  }

  static let title = "U-GAT-IT's generator"

  private var steps: [Step] {
    encoder + attention + modulation + decoder + upsampling + [
      .head(.weight("UpBlock2.11.weight", [3, baseChannels, 7, 7]), bias: nil)
    ]
  }

  private var encoder: [Step] {
    let c = baseChannels
    var steps: [Step] = [
      .stem(.weight("DownBlock.1.weight", [c, 3, 7, 7])), .normalize(.instance(name: "DownBlock.2"), .relu),
      .convolve(.weight("DownBlock.5.weight", [2 * c, c, 3, 3]), .strided, exact: true),
      .normalize(.instance(name: "DownBlock.6"), .relu),
      .convolve(.weight("DownBlock.9.weight", [4 * c, 2 * c, 3, 3]), .strided, exact: true),
      .normalize(.instance(name: "DownBlock.10"), .relu),
    ]
    for block in 0..<residualBlocks {
      let name = "DownBlock.\(12 + block).conv_block"
      func convolve(_ index: Int) -> Step {
        residualConvolution("\(name).\(index).weight", exact: block < exactEncoderBlocks)
      }
      steps += [
        .branch, convolve(1), .normalize(.instance(name: "\(name).2"), .relu), convolve(5),
        .normalize(.instance(name: "\(name).6"), .none), .join,
      ]
    }
    return steps
  }

  /// The class activation map.
  private var attention: [Step] {
    guard cam else { return [] }
    return [
      .attend(
        AttentionParameters(
          averageClassifier: .plain(.weight("gap_fc.weight", [1, features])),
          maximumClassifier: .plain(.weight("gmp_fc.weight", [1, features])),
          weight: .weight("conv1x1.weight", [features, 2 * features, 1, 1]),
          bias: Parameter(name: "conv1x1.bias", shape: [features], role: .bias)))
    ]
  }

  /// γ and β, from what the class activation map lets through, or from all that is encoded.
  private var modulation: [Step] {
    func linear(_ name: String, inputs: Int) -> Parameter {
      Parameter(name: name, shape: [features, inputs], role: .product(gain: 6))
    }
    guard normalization.isAdaptive else { return [] }
    let modulate = ModulationParameters(
      first: linear("FC.0.weight", inputs: modulationInputs), second: linear("FC.2.weight", inputs: features),
      gamma: linear("gamma.weight", inputs: features), beta: linear("beta.weight", inputs: features))
    return [.pool(variant == .light ? .average : .everything), .modulate(modulate)]
  }

  private var decoder: [Step] {
    (1...residualBlocks).flatMap { block -> [Step] in
      func normalize(_ index: Int, _ activation: Activation) -> Step {
        let name = "UpBlock1_\(block).norm\(index)"
        let rule = rule(name, channels: features, normalization.isAdaptive ? .modulated : nil)
        return .normalize(rule, activation)
      }
      return [
        .branch, residualConvolution("UpBlock1_\(block).conv1.weight", exact: false), normalize(1, .relu),
        residualConvolution("UpBlock1_\(block).conv2.weight", exact: false), normalize(2, .none), .join,
      ]
    }
  }

  private var upsampling: [Step] {
    [(2, 2 * baseChannels), (7, baseChannels)].flatMap { index, channels -> [Step] in
      [
        .convolve(
          .weight("UpBlock2.\(index).weight", [channels, 2 * channels, 3, 3]), .subpixel, exact: false),
        .normalize(rule("UpBlock2.\(index + 1)", channels: channels, nil), .relu),
      ]
    }
  }

  /// The decoder's normalisation of this name.
  /// - Parameter style: nil for γ and β of its own.
  private func rule(_ name: String, channels: Int, _ style: Normalization.Style?) -> Normalization {
    func vector(_ last: String, _ role: Parameter.Role) -> Parameter {
      .perChannel("\(name).\(last)", role, channels: channels)
    }
    let (gamma, beta) = (vector("gamma", .scale), vector("beta", .shift))
    let mixing: Normalization.Mixing
    switch normalization {
    case .adalin: mixing = .learned(vector("rho", .mixing))
    case .adain, .instance: mixing = .fixed(1)
    case .layer: mixing = .fixed(0)
    case .group: return .group(Self.groups(channels), gamma: gamma, beta: beta)
    }
    return .layerInstance(mixing, style ?? .learned(gamma: gamma, beta: beta))
  }

  /// The largest number of groups, a divisor of 32, that divides the channels.
  private static func groups(_ channels: Int) -> Int {
    min(32, channels & -channels)
  }

  private func residualConvolution(_ name: String, exact: Bool) -> Step {
    .convolve(.weight(name, [features, features, 3, 3]), .same, exact: exact)
  }

  /// Inputs of the first fully connected layer behind γ and β.
  private var modulationInputs: Int {
    variant == .light ? features : features * (imageHeight / 4) * (imageWidth / 4)
  }

  /// Residual blocks of the encoder, from its start, that are f32 in either precision.  What is lost there passes
  /// through everything that follows, and the full variant's γ and β add up every pixel of it: on random networks the
  /// picture then keeps 40 dB and the heatmap 1 % of its largest value.
  private var exactEncoderBlocks: Int {
    switch variant {
    case .light: (residualBlocks + 1) / 2
    case .full: residualBlocks
    }
  }
}
