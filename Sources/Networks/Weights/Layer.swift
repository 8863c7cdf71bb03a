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
  case patch(PatchConvolution)
  /// Of a step that has none.
  case none
}

/// A normalisation's own weights.
enum NormalizationLayer: Sendable {
  case instance
  case layerInstance(rho: [Float], Style)
  case group(Int, gamma: [Float], beta: [Float])
  case constant(scale: [Float], shift: [Float])

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
    case .head(let weight, let bias):
      .head(
        try HeadConvolution(
          weights: reader.floats(weight.name), bias: bias.map { try reader.floats($0.name) } ?? [0, 0, 0],
          inputs: weight.shape[1], instructionSet: instructionSet))
    case .patch(let parameters): .patch(try patch(parameters))
    case .enlarge, .blur, .branch, .join, .judge: .none
    }
  }

  private func winograd(
    _ weight: Parameter, _ form: WinogradForm, _ precision: ComputePrecision
  ) throws -> WinogradConvolution {
    let channels = form.channels(ofWeights: weight.shape)
    let weights = try WinogradWeights(
      weights: reader.floats(weight.name), inputs: channels.inputs, outputs: channels.outputs, form: form,
      precision: precision, team: team)
    return WinogradConvolution(weights: weights, instructionSet: instructionSet)
  }

  private func patch(_ parameters: PatchParameters) throws -> PatchConvolution {
    let (shape, gain) = (parameters.weight.shape, parameters.gain)
    var weights = try reader.numbers(parameters.weight).effective
    var bias =
      try parameters.bias.map { try reader.floats($0.name) } ?? [Float](repeating: 0, count: shape[0])
    if gain != 1 {
      // A LeakyReLU commutes with what is positive.
      weights = weights.map { $0 * gain }
      bias = bias.map { $0 * gain }
    }
    var (inputs, isImage) = (shape[1], false)
    if case .image(let times) = parameters.source {
      weights = addedUp(weights, shape, times: times)
      (inputs, isImage) = (inputs / times, true)
    }
    return try PatchConvolution(
      weights: weights, bias: bias, slope: parameters.slope, inputs: inputs, outputs: shape[0],
      stride: parameters.stride, isImage: isImage, instructionSet: instructionSet)
  }

  /// The weights by which one image is read that had been read several times.
  private func addedUp(_ weights: [Float], _ shape: [Int], times: Int) -> [Float] {
    let count = shape.dropFirst().reduce(1, *) / times
    return (0..<shape[0] * count).map { index in
      let first = index / count * count * times + index % count
      return (0..<times).reduce(0) { $0 + weights[first + $1 * count] }
    }
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
    case .batch(let own, .picture):
      // A group of its own for each channel.
      .group(channels, gamma: try reader.floats(own.gamma.name), beta: try reader.floats(own.beta.name))
    case .batch(let own, .running): try constant(own)
    }
  }

  private func constant(_ own: BatchParameters) throws -> NormalizationLayer {
    let gamma = try reader.floats(own.gamma.name)
    let beta = try reader.floats(own.beta.name)
    let mean = try reader.floats(own.mean.name)
    let variance = try reader.floats(own.variance.name)
    if let index = variance.firstIndex(where: { $0 < 0 }) {
      throw TensorSourceError("\(own.variance.name)[\(index)] is \(variance[index]): no variance is negative")
    }
    let scale = gamma.indices.map {
      Double(gamma[$0]) / (Double(variance[$0]) + NormalizationRule.epsilon).squareRoot()
    }
    return .constant(
      scale: scale.map { Float($0) },
      shift: gamma.indices.map { Float(Double(beta[$0]) - Double(mean[$0]) * scale[$0]) })
  }

  private func rho(_ mixing: Normalization.Mixing, _ channels: Int) throws -> [Float] {
    switch mixing {
    case .learned(let parameter): try reader.floats(parameter.name)
    case .fixed(let value): [Float](repeating: value, count: channels)
    }
  }
}
