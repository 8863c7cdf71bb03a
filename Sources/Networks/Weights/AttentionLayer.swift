import Kernels

/// The auxiliary classifier and the class activation map (section 2.1.1 of the paper).
///
/// The public code multiplies the features by the weights of each classifier, concatenates the two results and
/// applies `conv1x1` to 2C channels.  The multiplications are linear, so they fold into the weights:
/// `W'[o][c] = W[o][c]·gap[c] + W[o][C + c]·gmp[c]`, half the work.
///
/// It multiplies them by the first parameter of each classifier.  Of a spectrally normalised one that is the weight as it
/// is trained, while the logits are those of the weight divided by σ.
struct AttentionLayer: Sendable {
  let averageWeights: [Float]
  let maximumWeights: [Float]
  let convolution: PointwiseConvolution

  init(_ parameters: AttentionParameters, _ packer: LayerPacker) throws {
    let channels = parameters.weight.shape[0]
    let average = try packer.reader.numbers(parameters.averageClassifier)
    let maximum = try packer.reader.numbers(parameters.maximumClassifier)
    let weights = try packer.reader.floats(parameters.weight.name)
    let folded = (0..<channels * channels).map { index -> Float in
      let (output, input) = (index / channels, index % channels)
      let row = output * 2 * channels
      return weights[row + input] * average.original[input]
        + weights[row + channels + input] * maximum.original[input]
    }
    averageWeights = average.effective
    maximumWeights = maximum.effective
    convolution = try PointwiseConvolution(
      weights: folded, bias: packer.reader.floats(parameters.bias.name), slope: parameters.slope,
      inputs: channels, outputs: channels, instructionSet: packer.instructionSet)
  }

  /// The classifiers' logits from each channel's sum over the pixels and its maximum.
  func logits(
    _ moments: ChannelMoments, pixels: Int, maxima: UnsafePointer<Float>
  ) -> (average: Float, maximum: Float) {
    var average = 0.0
    var maximum = 0.0
    moments.forEach(channels: averageWeights.count) { channel, sum, _ in
      average += sum / Double(pixels) * Double(averageWeights[channel])
      maximum += Double(maxima[channel]) * Double(maximumWeights[channel])
    }
    return (Float(average), Float(maximum))
  }
}
