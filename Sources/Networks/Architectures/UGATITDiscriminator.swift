import Kernels
import Tensors

/// A discriminator of U-GAT-IT (the public PyTorch code's `Discriminator`): everything that fixes its shape.
///
/// The method has two for each domain: a local one of 5 layers, each of whose logits sees 70 pixels, and a global one of 7,
/// which sees 286.
public struct UGATITDiscriminator: Sendable, Hashable {
  /// Channels after the first layer, `ndf`: 64 in the paper.
  public var baseChannels: Int
  /// 4×4 convolutions, the one that gives the logits among them.
  public var layers: Int
  /// Images that it was trained to judge together, as channels one behind the other (PacGAN, Lin et al. 2018); 1 in the
  /// paper.  It is given the one image so many times.
  public var images: Int
  /// What the features are multiplied by that class activation map and logits are made of; 1 in the paper.
  public var gain: Float
  /// Whether it has a class activation map.
  public var cam: Bool
  public var norm: SpectralNorm
  public var imageHeight: Int
  public var imageWidth: Int

  /// - Throws: `TensorSourceError` for a shape that there is no plan for.
  public init(
    baseChannels: Int, layers: Int, images: Int = 1, gain: Float = 1, cam: Bool = true,
    norm: SpectralNorm = .hook, imageHeight: Int, imageWidth: Int
  ) throws(TensorSourceError) {
    self.baseChannels = baseChannels
    self.layers = layers
    self.images = images
    self.gain = gain
    self.cam = cam
    self.norm = norm
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    guard Self.layerRange.contains(layers) else {
      throw TensorSourceError(
        "\(layers) layers: a discriminator has \(Self.layerRange.lowerBound) to \(Self.layerRange.upperBound)"
      )
    }
    guard Self.baseChannelRange.contains(baseChannels) else {
      throw TensorSourceError(
        "\(baseChannels) base channels: must be \(Self.baseChannelRange.lowerBound) to "
          + "\(Self.baseChannelRange.upperBound)")
    }
    guard Self.imageRange.contains(images) else {
      throw TensorSourceError(
        "it judges \(images) images together; must be 1 to \(Self.imageRange.upperBound)")
    }
    guard gain > 0, gain.isFinite else {
      throw TensorSourceError("a gain of \(gain): must be positive")
    }
    let least = Self.leastSide(layers: layers)
    for (name, side) in [("height", imageHeight), ("width", imageWidth)] where side < least {
      throw TensorSourceError(
        "a discriminator of \(layers) layers judges images of at least \(least)×\(least) pixels, and this \(name) is "
          + "\(side)")
    }
    // The kernels address a layer's activations with 32-bit offsets.
    guard baseChannels * imageHeight * imageWidth < 1 << 30 else {
      throw TensorSourceError("\(imageWidth)×\(imageHeight) with \(baseChannels) channels is too large")
    }
  }

  /// Layers of the method's local discriminator.
  public static let localLayers = 5

  /// The shortest side of an image that so many layers can judge, in pixels: the last two mirror what has been halved, and
  /// three pixels leave the last one the two that it needs.
  static func leastSide(layers: Int) -> Int { 3 << max(layers - 2, 0) }

  static let layerRange = 4...10
  static let baseChannelRange = 1...512
  static let imageRange = 1...16

  /// Layers of stride 2.
  private var halvings: Int { layers - 2 }
  /// Channels of the features.
  private var features: Int { baseChannels << halvings }
}

extension UGATITDiscriminator {
  /// The network of this shape.
  public var network: Network {
    Network(title: Self.title, imageHeight: imageHeight, imageWidth: imageWidth, steps: steps)
  }

  static let title = "U-GAT-IT's discriminator"
  private static let slope: Float = 0.2

  private var steps: [Step] {
    let last = PatchParameters(
      weight: norm.weight(of: "conv", [1, features, 4, 4]), bias: nil, stride: 1, slope: 1)
    return convolutions + (cam ? [attention] : []) + [.patch(last), .judge]
  }

  private var convolutions: [Step] {
    (0...halvings).map { index in
      let name = "model.\(3 * index + 1)"
      let inputs = index == 0 ? 3 * images : baseChannels << (index - 1)
      let outputs = baseChannels << index
      return .patch(
        PatchParameters(
          weight: norm.weight(of: name, [outputs, inputs, 4, 4]),
          bias: Parameter(name: "\(name).bias", shape: [outputs], role: .bias),
          stride: index < halvings ? 2 : 1, slope: Self.slope,
          source: index == 0 ? .image(times: images) : .activations, gain: index == halvings ? gain : 1))
    }
  }

  private var attention: Step {
    .attend(
      AttentionParameters(
        averageClassifier: norm.weight(of: "gap_fc", [1, features]),
        maximumClassifier: norm.weight(of: "gmp_fc", [1, features]),
        weight: .weight("conv1x1.weight", [features, 2 * features, 1, 1]),
        bias: Parameter(name: "conv1x1.bias", shape: [features], role: .bias), slope: Self.slope))
  }
}
