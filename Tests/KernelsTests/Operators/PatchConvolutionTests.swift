import Kernels
import Tensors
import Testing

@Suite("PatchConvolution: reflect-pad 1, 4×4, bias, LeakyReLU")
struct PatchConvolutionTests {
  /// Inputs, outputs, height, width: every parity, the least sides, blocks and panels that are partly filled.
  static let shapes = [
    (8, 8, 2, 2), (16, 40, 3, 5), (24, 1, 4, 9), (40, 24, 7, 6), (3, 48, 13, 16), (48, 72, 10, 21),
  ]

  @Test(
    "of activations, equals the direct convolution on every instruction set, with any team",
    arguments: shapes, [1, 2])
  func activations(shape: (Int, Int, Int, Int), stride: Int) throws {
    try check(shape, stride: stride, isImage: false)
  }

  @Test(
    "of an image's planes", arguments: [(3, 8, 2, 2), (3, 40, 9, 5), (3, 64, 12, 36), (1, 16, 5, 20)], [1, 2])
  func image(shape: (Int, Int, Int, Int), stride: Int) throws {
    try check(shape, stride: stride, isImage: true)
  }

  private func check(_ shape: (Int, Int, Int, Int), stride: Int, isImage: Bool) throws {
    let (inputs, outputs, height, width) = shape
    var noise = Noise()
    let values = noise.floats(inputs * height * width)
    let weights = noise.floats(outputs * inputs * 16)
    let bias = noise.floats(outputs)
    let exact = Planes(values, channels: inputs, height: height, width: width)
      .reflectPadded(1).convolved(weights, outputs: outputs, kernel: 4, stride: stride)
      .leaky(bias: bias, slope: 0.2)
    let input = BlockedShape(channels: inputs, height: height, width: width)
    let output = PatchGeometry.output(of: input, channels: outputs, stride: stride)
    #expect(output.height == exact.height && output.width == exact.width)
    let geometry = PatchGeometry(input: input, stride: stride, isImage: isImage)
    let image = GuardedMemory(values)
    let x = GuardedTensor(planar: values, input)
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(shape) stride \(stride), seed \(Noise.seed)"
      let layer = try PatchConvolution(
        weights: weights, bias: bias, slope: 0.2, inputs: inputs, outputs: outputs, stride: stride,
        isImage: isImage, instructionSet: instructionSet)
      forEveryTeam(what) { team in
        let y = GuardedTensor(output)
        let staging = GuardedMemory<Float>.output(geometry.stagingCount)
        if isImage {
          layer.run(
            image: image.base, geometry: geometry, staging: staging.base, into: y.tensor, team: team)
        } else {
          layer.run(x.tensor, geometry: geometry, staging: staging.base, into: y.tensor, team: team)
        }
        #expect(exact.mismatch(y.tensor.planar(), roundings: 16 * inputs + 3) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        return y.bits
      }
    }
  }
}
