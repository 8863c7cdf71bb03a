import Kernels
import Tensors

/// The generator of CycleGAN (Zhu et al., ICCV 2017; the public PyTorch code's `ResnetGenerator`), of CyCADA's image step
/// and of pix2pix's ResNet, and the antialiased one of CUT, FastCUT, DCLGAN and SimDCL: everything that fixes its shape.
public struct ResNetGenerator: Sendable, Hashable {
  /// Which ends change the image's size without aliasing (Zhang 2019), by a blur and by bilinear interpolation, instead
  /// of by convolutions of stride 2.
  public enum Antialiasing: String, Sendable, Codable, CaseIterable {
    /// CycleGAN, CyCADA, pix2pix.
    case none
    case down
    case up
    /// CUT, FastCUT, DCLGAN, SimDCL.
    case both
  }

  /// What follows the convolutions.
  public enum Normalization: Sendable, Hashable {
    /// `InstanceNorm2d` without affine parameters; its buffers, where training tracked them, are not used.
    case instance
    case batch(BatchStatistics)
  }

  /// What the residual blocks see beyond the border.
  public typealias Padding = Kernels.Padding

  /// Channels after the first layer, `ngf`: 64 in the papers.
  public var baseChannels: Int
  /// 9 for images of 256 pixels, 6 for those of 128.
  public var residualBlocks: Int
  public var antialiasing: Antialiasing
  public var normalization: Normalization
  public var padding: Padding
  /// Whether it was trained with dropout, which does nothing any more but to number the layers after it.
  public var hasDropout: Bool
  public var imageHeight: Int
  public var imageWidth: Int

  /// - Throws: `TensorSourceError` for a shape that there is no plan for.
  public init(
    baseChannels: Int, residualBlocks: Int, antialiasing: Antialiasing = .none,
    normalization: Normalization = .instance, padding: Padding = .reflect, hasDropout: Bool = false,
    imageHeight: Int, imageWidth: Int
  ) throws(TensorSourceError) {
    self.baseChannels = baseChannels
    self.residualBlocks = residualBlocks
    self.antialiasing = antialiasing
    self.normalization = normalization
    self.padding = padding
    self.hasDropout = hasDropout
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    guard Self.baseChannelRange.contains(baseChannels) else {
      throw TensorSourceError(
        "\(baseChannels) base channels: must be \(Self.baseChannelRange.lowerBound) to "
          + "\(Self.baseChannelRange.upperBound)")
    }
    guard (1...64).contains(residualBlocks) else {
      throw TensorSourceError("\(residualBlocks) residual blocks: must be 1 to 64")
    }
    // The convolution before the first blur makes 2·ngf channels of the whole image.
    try checkImage(
      height: imageHeight, width: imageWidth, channels: antialiasing.isDown ? 2 * baseChannels : baseChannels)
  }

  static let baseChannelRange = 1...512

  /// Channels of the residual blocks.
  private var features: Int { 4 * baseChannels }
}

extension ResNetGenerator {
  /// The network of this shape.
  public var network: Network {
    Network(title: Self.title, imageHeight: imageHeight, imageWidth: imageWidth, steps: steps)
  }

  static let title = "a ResNet generator (CycleGAN, CUT)"

  /// The layers of the public code's one `Sequential`, whose numbers are their names.
  private var steps: [Step] {
    var next = 0
    func take(_ count: Int) -> Int {
      defer { next += count }
      return next
    }
    var steps = stem(at: take(4))
    for level in [0, 1] { steps += downsampling(level, at: take(antialiasing.isDown ? 4 : 3)) }
    for block in 0..<residualBlocks { steps += residualBlock(block, at: take(1)) }
    for level in [1, 0] { steps += upsampling(level, at: take(antialiasing.isUp ? 4 : 3)) }
    return steps + head(at: next)
  }

  /// Padding, convolution, normalisation, ReLU.
  private func stem(at index: Int) -> [Step] {
    [
      .stem(.weight("model.\(index + 1).weight", [baseChannels, 3, 7, 7])),
      normalize("model.\(index + 2)", channels: baseChannels, .relu),
    ]
  }

  /// Convolution, normalisation, ReLU, and the blur where it is antialiased.
  private func downsampling(_ level: Int, at index: Int) -> [Step] {
    let inputs = baseChannels << level
    let form: WinogradForm = antialiasing.isDown ? .same : .strided
    let steps: [Step] = [
      .convolve(
        .weight("model.\(index).weight", [2 * inputs, inputs, 3, 3]), form.bordered(by: .zero), exact: true),
      normalize("model.\(index + 1)", channels: 2 * inputs, .relu),
    ]
    guard antialiasing.isDown else { return steps }
    return steps + [
      .blur(filter: .filter("model.\(index + 3).filt", channels: 2 * inputs, taps: [0.25, 0.5, 0.25]))
    ]
  }

  /// Padding but for zeros, convolution, normalisation, ReLU, dropout where there was any, and the first three again.
  private func residualBlock(_ block: Int, at index: Int) -> [Step] {
    let first = padding == .zero ? 0 : 1
    let second = 2 * first + (hasDropout ? 4 : 3)
    func half(_ layer: Int, _ activation: Activation) -> [Step] {
      let name = "model.\(index).conv_block"
      return [
        .convolve(
          .weight("\(name).\(layer).weight", [features, features, 3, 3]),
          WinogradForm.same.bordered(by: padding), exact: block < exactBlocks),
        normalize("\(name).\(layer + 1)", channels: features, activation),
      ]
    }
    return [.branch] + half(first, .relu) + half(second, .none) + [.join]
  }

  /// The enlargement where it is antialiased, convolution, normalisation, ReLU.
  private func upsampling(_ level: Int, at index: Int) -> [Step] {
    let outputs = baseChannels << level
    func convolution(at index: Int, _ shape: [Int], _ form: WinogradForm) -> [Step] {
      [
        .convolve(.weight("model.\(index).weight", shape), form, exact: false),
        normalize("model.\(index + 1)", channels: outputs, .relu),
      ]
    }
    guard antialiasing.isUp else {
      return convolution(at: index, [2 * outputs, outputs, 3, 3], .transposed)
    }
    return [
      .enlarge(
        filter: .filter("model.\(index).filt", channels: 2 * outputs, taps: [0.25, 0.75, 0.75, 0.25]))
    ] + convolution(at: index + 1, [outputs, 2 * outputs, 3, 3], .enlarged)
  }

  /// Padding, convolution.
  private func head(at index: Int) -> [Step] {
    [
      .head(
        .weight("model.\(index + 1).weight", [3, baseChannels, 7, 7]),
        bias: Parameter(name: "model.\(index + 1).bias", shape: [3], role: .bias))
    ]
  }

  private func normalize(_ name: String, channels: Int, _ activation: Activation) -> Step {
    switch normalization {
    case .instance: .normalize(.instance(name: name), activation)
    case .batch(let statistics):
      .normalize(.batch(BatchParameters(name: name, channels: channels), statistics), activation)
    }
  }

  /// Residual blocks, from the first, that are f32 in either precision: what is lost there passes through everything
  /// that follows.
  private var exactBlocks: Int { residualBlocks / 2 }
}

extension ResNetGenerator.Antialiasing {
  var isDown: Bool { self == .down || self == .both }
  var isUp: Bool { self == .up || self == .both }

  init(down: Bool, up: Bool) {
    self = down ? (up ? .both : .down) : up ? .up : .none
  }
}
