import Kernels
import Tensors
import Testing

@Suite("BlurPooling: reflect-pad 1, [1, 2, 1]ᵀ·[1, 2, 1] / 16, stride 2")
struct BlurPoolingTests {
  @Test(
    "equals the definition on every instruction set, with any team",
    arguments: [(8, 2, 2), (16, 3, 5), (24, 8, 4), (40, 9, 6), (16, 17, 31)])
  func blur(channels: Int, height: Int, width: Int) {
    var noise = Noise()
    let shape = BlockedShape(channels: channels, height: height, width: width)
    let values = noise.floats(channels * shape.pixels)
    let affine = GuardedAffine(channels: channels, floor: width % 2 == 0 ? 0 : -.infinity, noise: &noise)
    let exact = Planes(values, channels: channels, height: height, width: width)
      .affine(scale: affine.scale, shift: affine.shift, floor: affine.floor).blurred()
    let x = GuardedTensor(planar: values, shape)
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(channels) channels \(height) × \(width), seed \(Noise.seed)"
      forEveryTeam(what) { team in
        let y = GuardedTensor(BlurPooling.output(of: shape))
        BlurPooling(instructionSet: instructionSet).run(x.tensor, affine.affine, into: y.tensor, team: team)
        // Of the normalisation one, of the sums eight, of the division by sixteen none.
        #expect(exact.mismatch(y.tensor.planar(), roundings: 10) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        return y.bits
      }
    }
  }
}
