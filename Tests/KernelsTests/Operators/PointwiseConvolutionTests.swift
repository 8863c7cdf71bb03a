import Kernels
import Tensors
import Testing

@Suite("PointwiseConvolution: 1×1, bias, LeakyReLU")
struct PointwiseConvolutionTests {
  @Test(
    "equals the matrix product on every instruction set, with any team",
    arguments: [(8, 8, 1, 1), (16, 40, 3, 5), (24, 24, 9, 9), (48, 16, 16, 25), (40, 48, 8, 16)],
    [0, 0.2 as Float])
  func product(sizes: (Int, Int, Int, Int), slope: Float) throws {
    let (inputs, outputs, height, width) = sizes
    var noise = Noise()
    let values = noise.floats(inputs * height * width)
    let weights = noise.floats(outputs * inputs)
    let bias = noise.floats(outputs)
    let exact = Planes(values, channels: inputs, height: height, width: width)
      .convolved(weights, outputs: outputs, kernel: 1)
      .leaky(bias: bias, slope: slope)
    let x = GuardedTensor(planar: values, BlockedShape(channels: inputs, height: height, width: width))
    let shape = BlockedShape(channels: outputs, height: height, width: width)
    for instructionSet in InstructionSet.supported {
      let what =
        "\(instructionSet) \(inputs) to \(outputs) channels \(height) × \(width) slope \(slope), seed \(Noise.seed)"
      let layer = try PointwiseConvolution(
        weights: weights, bias: bias, slope: slope, inputs: inputs, outputs: outputs,
        instructionSet: instructionSet)
      forEveryTeam(what) { team in
        let y = GuardedTensor(shape)
        let work = GuardedWorkspace(
          units: PointwiseConvolution.units(pixels: shape.pixels), paddedChannels: shape.paddedChannels,
          team: team)
        layer.run(x.tensor, into: y.tensor, moments: work.moments, team: team)
        #expect(exact.mismatch(y.tensor.planar(), roundings: inputs + 2) == nil, "\(what)")
        #expect(work.momentsMismatch(y.tensor) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        return y.bits + work.momentBits
      }
    }
  }
}
