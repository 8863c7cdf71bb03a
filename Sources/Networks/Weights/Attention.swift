import Kernels

/// The auxiliary classifier and the class activation map (section 2.1.1 of the paper).
///
/// The public code multiplies the features by the weights of each classifier, concatenates the two results and
/// applies `conv1x1` to 2C channels.  The multiplications are linear, so they fold into the weights:
/// `W'[o][c] = W[o][c]·gap[c] + W[o][C + c]·gmp[c]`, half the work.
struct Attention: Sendable {
  let averageWeights: [Float]
  let maximumWeights: [Float]
  let convolution: PointwiseConvolution

  init(_ packer: LayerPacker, channels: Int) throws {
    let gap = try packer.reader.floats("gap_fc.weight")
    let gmp = try packer.reader.floats("gmp_fc.weight")
    let weights = try packer.reader.floats("conv1x1.weight")
    let folded = (0..<channels * channels).map { index -> Float in
      let (output, input) = (index / channels, index % channels)
      let row = output * 2 * channels
      return weights[row + input] * gap[input] + weights[row + channels + input] * gmp[input]
    }
    averageWeights = gap
    maximumWeights = gmp
    convolution = try PointwiseConvolution(
      weights: folded, bias: packer.reader.floats("conv1x1.bias"), inputs: channels, outputs: channels,
      instructionSet: packer.instructionSet)
  }

  /// The classifiers' logits from each channel's average and maximum.
  func logits(
    average: (_ channel: Int) -> Double, maximum: (_ channel: Int) -> Float
  ) -> (gap: Float, gmp: Float) {
    var gap = 0.0
    var gmp = 0.0
    for channel in averageWeights.indices {
      gap += average(channel) * Double(averageWeights[channel])
      gmp += Double(maximum(channel)) * Double(maximumWeights[channel])
    }
    return (Float(gap), Float(gmp))
  }
}
