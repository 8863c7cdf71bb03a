import Kernels
import Tensors

/// What a step needs of the weights, packed for the kernels.
enum Layer: Sendable {
  case stem(StemConvolution)
  case convolution(WinogradConvolution)
  case normalization(NormalizationLayer, floor: Float)
  case attention(AttentionLayer)
  case pooling(Pooling)
  case modulation(ModulationLayer)
  case head(HeadConvolution)
  /// Of a step that has none.
  case none
}

/// A normalisation's own weights.
enum NormalizationLayer: Sendable {
  case instance
  case layerInstance(rho: [Float], Style)
  case group(Int, gamma: [Float], beta: [Float])

  enum Style: Sendable {
    case modulated
    case learned(gamma: [Float], beta: [Float])
  }
}

extension LayerPacker {
  /// - Parameter channels: of the activations that the step reads.
  func layer(_ step: Step, channels: Int) throws -> Layer {
    switch step {
    case .stem(let weight):
      .stem(
        try StemConvolution(
          weights: reader.floats(weight.name), outputs: weight.shape[0], instructionSet: instructionSet))
    case .convolve(let weight, let form, let exact):
      .convolution(try winograd(weight, form, exact ? .f32 : precision))
    case .normalize(let rule, let activation):
      .normalization(try normalization(rule, channels: channels), floor: activation.floor)
    case .attend(let parameters): .attention(try AttentionLayer(parameters, self))
    case .pool(let pooling): .pooling(pooling)
    case .modulate(let parameters): .modulation(try ModulationLayer(parameters, self))
    case .head(let weight):
      .head(
        try HeadConvolution(
          weights: reader.floats(weight.name), inputs: weight.shape[1], instructionSet: instructionSet))
    case .branch, .join: .none
    }
  }

  private func winograd(
    _ weight: Parameter, _ form: WinogradForm, _ precision: ComputePrecision
  ) throws -> WinogradConvolution {
    let weights = try WinogradWeights(
      weights: reader.floats(weight.name), inputs: weight.shape[1], outputs: weight.shape[0], form: form,
      precision: precision, team: team)
    return WinogradConvolution(weights: weights, instructionSet: instructionSet)
  }

  private func normalization(_ rule: Normalization, channels: Int) throws -> NormalizationLayer {
    switch rule {
    case .instance: .instance
    case .layerInstance(let mixing, .modulated): .layerInstance(rho: try rho(mixing, channels), .modulated)
    case .layerInstance(let mixing, .learned(let gamma, let beta)):
      .layerInstance(
        rho: try rho(mixing, channels),
        .learned(gamma: try reader.floats(gamma.name), beta: try reader.floats(beta.name)))
    case .group(let groups, let gamma, let beta):
      .group(groups, gamma: try reader.floats(gamma.name), beta: try reader.floats(beta.name))
    }
  }

  private func rho(_ mixing: Normalization.Mixing, _ channels: Int) throws -> [Float] {
    switch mixing {
    case .learned(let parameter): try reader.floats(parameter.name)
    case .fixed(let value): [Float](repeating: value, count: channels)
    }
  }
}
