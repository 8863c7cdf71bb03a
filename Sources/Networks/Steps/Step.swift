import Kernels
import Tensors

/// One thing that happens to the activations on their way through a network.  A network is a list of these; whatever
/// else is known of it (its weights, its memory, its work, how it runs) is read off the list.
enum Step: Sendable, Hashable {
  /// Reflect-pad 3, 7×7 convolution of the image's planes.
  case stem(Parameter)
  /// A 3×3 convolution.
  /// - exact: its operands are f32 in either compute precision.
  case convolve(Parameter, WinogradForm, exact: Bool)
  /// Bilinear ×2.  It is in the form of the convolution that follows, `enlarged`; here it has its filter.
  case enlarge(filter: Parameter)
  /// Every second pixel of the blurred image.
  case blur(filter: Parameter)
  /// Of what the convolution before left.
  case normalize(Normalization, Activation)
  /// The activations go two ways from here: through the steps up to `join`, and past them.
  case branch
  /// Adds what went past.
  case join
  /// The class activation map: gives heatmap and logits.
  case attend(AttentionParameters)
  /// Makes a vector of the activations, which stay as they are.
  case pool(Pooling)
  /// γ and β of the normalisations that take them from here, from the vector.
  case modulate(ModulationParameters)
  /// Reflect-pad 3, 7×7 convolution to three planes, tanh: gives the image.
  case head(Parameter, bias: Parameter?)
  /// Reflect-pad 1, 4×4 convolution, bias and LeakyReLU, of the image's planes or of activations.
  case patch(PatchParameters)
  /// The activations' only channel says how real each patch of the image looks: gives the logits.
  case judge
}

enum Activation: Sendable, Hashable {
  case relu
  case none

  /// What it leaves of smaller numbers.
  var floor: Float { self == .relu ? 0 : -.infinity }
}

/// How the channels are brought to one scale.
enum Normalization: Sendable, Hashable {
  /// `InstanceNorm2d` without affine parameters, so without tensors that matter; buffers may stand under its name.
  case instance(name: String)
  /// AdaLIN and ILN: `γ·(ρ·IN(x) + (1−ρ)·LN(x)) + β`, ρ per channel, unbiased variances.
  case layerInstance(Mixing, Style)
  /// `GroupNorm`: over so many groups of channels, biased variances.
  case group(Int, gamma: Parameter, beta: Parameter)
  /// `BatchNorm2d`.
  case batch(BatchParameters, BatchStatistics)

  /// What ρ is.
  enum Mixing: Sendable, Hashable {
    case learned(Parameter)
    /// 1 for the statistics of each channel, 0 for those of the layer.
    case fixed(Float)
  }

  /// Where γ and β come from.
  enum Style: Sendable, Hashable {
    /// From `modulate`, other ones for each image.
    case modulated
    case learned(gamma: Parameter, beta: Parameter)
  }
}

/// γ and β of a `BatchNorm2d`, and the statistics that training left.
struct BatchParameters: Sendable, Hashable {
  let name: String
  let gamma: Parameter
  let beta: Parameter
  let mean: Parameter
  let variance: Parameter

  init(name: String, channels: Int) {
    func vector(_ last: String, _ role: Parameter.Role) -> Parameter {
      Parameter(name: "\(name).\(last)", shape: [channels], role: role)
    }
    self.name = name
    gamma = vector("weight", .scale)
    beta = vector("bias", .bias)
    mean = vector("running_mean", .shift)
    variance = vector("running_var", .scale)
  }
}

/// What a `BatchNorm2d` normalises by.
public enum BatchStatistics: String, Sendable, Codable, CaseIterable {
  /// Each channel of the picture itself: what the public test scripts of pix2pix do, which translate one at a time and
  /// leave the network in training mode.
  case picture
  /// Those of training, PyTorch's `eval()`.
  case running
}

/// The auxiliary classifier, and the 1×1 convolution with bias of its two maps.
struct AttentionParameters: Sendable, Hashable {
  let averageClassifier: LayerWeight
  let maximumClassifier: LayerWeight
  let weight: Parameter
  let bias: Parameter
  /// What the LeakyReLU after it multiplies negative numbers by; 0 for a ReLU.
  var slope: Float = 0
}

/// A layer of a discriminator.
struct PatchParameters: Sendable, Hashable {
  let weight: LayerWeight
  let bias: Parameter?
  let stride: Int
  /// What the LeakyReLU multiplies negative numbers by; 1 for none.
  let slope: Float
  var source = Source.activations
  /// What its result is multiplied by; positive.
  var gain: Float = 1

  /// What it reads.
  enum Source: Sendable, Hashable {
    /// The image so many times, as channels one behind the other.
    case image(times: Int)
    case activations
  }
}

enum Pooling: Sendable, Hashable {
  /// The average of each channel.
  case average
  /// Every activation, in NCHW order: the image's size is part of the weights that follow.
  case everything
}

/// Linear-ReLU-Linear-ReLU, then one linear layer for γ and one for β, all without bias.
struct ModulationParameters: Sendable, Hashable {
  let first: Parameter
  let second: Parameter
  let gamma: Parameter
  let beta: Parameter

  /// Elements of the vector that it reads.
  var inputs: Int { first.shape[1] }
  var outputs: Int { gamma.shape[0] }
}

extension Step {
  /// Its weights, in their public order.
  var parameters: [Parameter] {
    switch self {
    case .stem(let weight), .convolve(let weight, _, _): [weight]
    case .enlarge(let filter), .blur(let filter): [filter]
    case .head(let weight, let bias): [weight] + (bias.map { [$0] } ?? [])
    case .normalize(.instance, _), .branch, .join, .pool, .judge: []
    case .normalize(.layerInstance(let rho, let style), _): rho.parameters + style.parameters
    case .normalize(.group(_, let gamma, let beta), _): [gamma, beta]
    case .normalize(.batch(let own, .picture), _): [own.gamma, own.beta]
    case .normalize(.batch(let own, .running), _): [own.gamma, own.beta, own.mean, own.variance]
    case .attend(let own):
      own.averageClassifier.parameters + own.maximumClassifier.parameters + [own.weight, own.bias]
    case .patch(let own): own.weight.parameters + [own.bias].compactMap(\.self)
    case .modulate(let own): [own.first, own.second, own.gamma, own.beta]
    }
  }

  /// The activations after it, from those before.
  func output(of input: BlockedShape) -> BlockedShape {
    switch self {
    case .stem(let weight), .head(let weight, _):
      BlockedShape(channels: weight.shape[0], height: input.height, width: input.width)
    case .convolve(let weight, let form, _):
      form.output(of: input, channels: form.channels(ofWeights: weight.shape).outputs)
    case .blur: BlurPooling.output(of: input)
    case .patch(let own): PatchGeometry.output(of: input, channels: own.weight.shape[0], stride: own.stride)
    case .enlarge, .normalize, .branch, .join, .attend, .pool, .modulate, .judge: input
    }
  }
}

extension Normalization.Mixing {
  fileprivate var parameters: [Parameter] {
    switch self {
    case .learned(let rho): [rho]
    case .fixed: []
    }
  }
}

extension Normalization.Style {
  fileprivate var parameters: [Parameter] {
    switch self {
    case .modulated: []
    case .learned(let gamma, let beta): [gamma, beta]
    }
  }
}
