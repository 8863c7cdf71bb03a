import Kernels
import Tensors
import Testing

@Suite("StemConvolution: reflect-pad 3, 7×7")
struct StemConvolutionTests {
  @Test(
    "equals the direct convolution on every instruction set, with any team",
    arguments: [(8, 4, 4), (16, 9, 5), (24, 6, 13), (40, 8, 12), (48, 5, 21)])
  func convolution(outputs: Int, height: Int, width: Int) throws {
    var noise = Noise()
    let image = noise.floats(3 * height * width)
    let weights = noise.floats(outputs * 147)
    let exact = Planes(image, channels: 3, height: height, width: width)
      .reflectPadded(3).convolved(weights, outputs: outputs, kernel: 7)
    let shape = BlockedShape(channels: outputs, height: height, width: width)
    let input = GuardedMemory(image)
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(outputs) channels \(height) × \(width), seed \(Noise.seed)"
      let stem = try StemConvolution(weights: weights, outputs: outputs, instructionSet: instructionSet)
      forEveryTeam(what) { team in
        let y = GuardedTensor(shape)
        let staging = GuardedMemory<Float>.output(StemConvolution.stagingCount(height: height, width: width))
        let work = GuardedWorkspace(
          units: StemConvolution.units(height: height), paddedChannels: shape.paddedChannels, team: team)
        stem.run(input.base, staging: staging.base, into: y.tensor, moments: work.moments, team: team)
        #expect(exact.mismatch(y.tensor.planar(), roundings: 148) == nil, "\(what)")
        #expect(work.momentsMismatch(y.tensor) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        return y.bits + work.momentBits
      }
    }
  }
}
