import Kernels

/// pad-conv-IN-ReLU-pad-conv-IN, plus input.
struct EncoderBlock: Sendable {
  let first: WinogradConvolution
  let second: WinogradConvolution

  init(_ packer: LayerPacker, prefix: String, channels: Int) throws {
    first = try packer.winograd("\(prefix).1.weight", inputs: channels, outputs: channels, form: .same)
    second = try packer.winograd("\(prefix).5.weight", inputs: channels, outputs: channels, form: .same)
  }
}

/// pad-conv-AdaLIN-ReLU-pad-conv-AdaLIN, plus input.
struct DecoderBlock: Sendable {
  let first: WinogradConvolution
  let firstRho: [Float]
  let second: WinogradConvolution
  let secondRho: [Float]

  init(_ packer: LayerPacker, prefix: String, channels: Int) throws {
    first = try packer.winograd("\(prefix).conv1.weight", inputs: channels, outputs: channels, form: .same)
    firstRho = try packer.reader.floats("\(prefix).norm1.rho")
    second = try packer.winograd("\(prefix).conv2.weight", inputs: channels, outputs: channels, form: .same)
    secondRho = try packer.reader.floats("\(prefix).norm2.rho")
  }
}

/// Nearest ×2, pad-conv-ILN-ReLU.
struct UpsamplingStage: Sendable {
  let convolution: WinogradConvolution
  let rho: [Float]
  let gamma: [Float]
  let beta: [Float]

  /// - Parameter index: of the convolution in `UpBlock2`; its normalisation follows it.
  init(_ packer: LayerPacker, index: Int, inputs: Int, outputs: Int) throws {
    convolution = try packer.winograd(
      "UpBlock2.\(index).weight", inputs: inputs, outputs: outputs, form: .subpixel)
    rho = try packer.reader.floats("UpBlock2.\(index + 1).rho")
    gamma = try packer.reader.floats("UpBlock2.\(index + 1).gamma")
    beta = try packer.reader.floats("UpBlock2.\(index + 1).beta")
  }
}
