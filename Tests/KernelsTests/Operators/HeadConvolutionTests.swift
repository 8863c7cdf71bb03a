import Kernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("HeadConvolution: reflect-pad 3, 7×7 to three planes, tanh")
struct HeadConvolutionTests {
  @Test(
    "equals the direct convolution on every instruction set, with any team",
    arguments: [(8, 4, 4), (16, 16, 9), (24, 17, 33), (40, 33, 16), (48, 5, 31)])
  func convolution(inputs: Int, height: Int, width: Int) throws {
    var noise = Noise()
    let values = noise.floats(inputs * height * width)
    let weights = noise.floats(3 * inputs * 49).map { $0 / 16 }
    let affine = GuardedAffine(channels: inputs, floor: 0, noise: &noise)
    // Of every other case, so that one without a bias is seen too.
    let bias: [Float]? = width % 2 == 0 ? noise.floats(3) : nil
    var sums = Planes(values, channels: inputs, height: height, width: width)
      .affine(scale: affine.scale, shift: affine.shift, floor: 0)
      .reflectPadded(3).convolved(weights, outputs: 3, kernel: 7)
    for index in sums.values.indices {
      let bias = Double(bias?[index / sums.pixels] ?? 0)
      sums.values[index] += bias
      sums.magnitudes[index] += bias.magnitude
    }
    var exact = sums
    exact.values = sums.values.map { tanh($0) }
    let x = GuardedTensor(planar: values, BlockedShape(channels: inputs, height: height, width: width))
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(inputs) channels \(height) × \(width), seed \(Noise.seed)"
      let head =
        if let bias {
          try HeadConvolution(weights: weights, bias: bias, inputs: inputs, instructionSet: instructionSet)
        } else {
          try HeadConvolution(weights: weights, inputs: inputs, instructionSet: instructionSet)
        }
      forEveryTeam(what) { team in
        let image = GuardedMemory<Float>.output(3 * height * width)
        let work = GuardedWorkspace(scratch: HeadConvolution.scratchCount(width: width), team: team)
        head.run(x.tensor, affine.affine, into: image.base, scratch: work.scratch, team: team)
        // tanh itself is 1e-6 off, and passes an error of its argument on with a slope of at most 1.
        let roundings = Double(49 * inputs + 5)
        #expect(
          exact.mismatch(image.array) { 1e-6 + 1.01 * roundings * Expectation.unit * sums.magnitudes[$0] }
            == nil,
          "\(what)")
        return image.array.map(\.bitPattern)
      }
    }
  }
}
