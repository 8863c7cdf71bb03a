import Kernels
import Tensors
import Testing

@Suite("StridedConvolution: reflect-pad 1, 3×3, stride 2")
struct StridedConvolutionTests {
  @Test(
    "equals the direct convolution on every instruction set, with any team",
    arguments: [
      (8, 16, 4, 4), (16, 8, 2, 2), (24, 48, 10, 6), (40, 16, 6, 18), (48, 40, 12, 4), (16, 24, 18, 26),
    ])
  func convolution(inputs: Int, outputs: Int, height: Int, width: Int) throws {
    var noise = Noise()
    let values = noise.floats(inputs * height * width)
    let weights = noise.floats(outputs * inputs * 9)
    let affine = GuardedAffine(channels: inputs, floor: 0, noise: &noise)
    let exact = Planes(values, channels: inputs, height: height, width: width)
      .affine(scale: affine.scale, shift: affine.shift, floor: 0)
      .reflectPadded(1).convolved(weights, outputs: outputs, kernel: 3, stride: 2)
    let x = GuardedTensor(planar: values, BlockedShape(channels: inputs, height: height, width: width))
    let shape = BlockedShape(channels: outputs, height: height / 2, width: width / 2)
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(inputs) to \(outputs) channels \(height) × \(width), seed \(Noise.seed)"
      let layer = try StridedConvolution(
        weights: weights, inputs: inputs, outputs: outputs, instructionSet: instructionSet)
      forEveryTeam(what) { team in
        let y = GuardedTensor(shape)
        let work = GuardedWorkspace(
          scratch: StridedConvolution.scratchCount(input: x.tensor.shape),
          units: StridedConvolution.units(height: shape.height), paddedChannels: shape.paddedChannels,
          team: team)
        layer.run(
          x.tensor, affine.affine, into: y.tensor, moments: work.moments, scratch: work.scratch, team: team)
        // Two for the normalisation, one for the product, one for each addition.
        #expect(exact.mismatch(y.tensor.planar(), roundings: 9 * inputs + 4) == nil, "\(what)")
        #expect(work.momentsMismatch(y.tensor) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        return y.bits + work.momentBits
      }
    }
  }
}
