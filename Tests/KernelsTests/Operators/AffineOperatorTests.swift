import Tensors
import Testing

@testable import Kernels

@Suite("AffineOperator and ChannelMoments")
struct AffineOperatorTests {
  @Test("normalises, adds the residual and may write over either", arguments: ReductionOperatorTests.shapes)
  func residual(shape: BlockedShape) {
    var noise = Noise()
    let values = noise.floats(shape.channels * shape.pixels)
    let residual = noise.floats(values.count)
    let affine = GuardedAffine(channels: shape.channels, floor: 0, noise: &noise)
    let exact = Planes(values, channels: shape.channels, height: shape.height, width: shape.width)
      .affine(scale: affine.scale, shift: affine.shift, floor: 0)
    var sum = exact
    for index in residual.indices {
      sum.values[index] += Double(residual[index])
      sum.magnitudes[index] += Double(residual[index].magnitude)
    }
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(shape), seed \(Noise.seed)"
      let kernel = AffineOperator(instructionSet: instructionSet)
      forEveryTeam(what) { team in
        let x = GuardedTensor(planar: values, shape)
        let stream = GuardedTensor(planar: residual, shape)
        let y = GuardedTensor(shape)
        kernel.run(x.tensor, affine.affine, residual: nil, into: y.tensor, team: team)
        #expect(exact.mismatch(y.tensor.planar(), roundings: 2) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        kernel.run(x.tensor, affine.affine, residual: stream.tensor, into: stream.tensor, team: team)
        #expect(sum.mismatch(stream.tensor.planar(), roundings: 3) == nil, "\(what) onto the residual")
        kernel.run(x.tensor, affine.affine, residual: nil, into: x.tensor, team: team)
        #expect(x.bits == y.bits, "\(what) in place")
        return y.bits + stream.bits
      }
    }
  }

  @Test("the rows of all units are added up in double")
  func moments() {
    // Rows that float sums would lose: 2²⁵ + 1 − 2²⁵.
    let rows: [[Float]] = [[0x1p25, 2, 0x1p30, 3], [1, 4, 1, 5], [-0x1p25, 6, -0x1p30, 7]]
    let memory = GuardedMemory(rows.flatMap { $0 })
    let moments = ChannelMoments(base: memory.base, units: 3, paddedChannels: 2)
    var seen: [[Double]] = []
    moments.forEach(channels: 2) { seen.append([Double($0), $1, $2]) }
    #expect(seen == [[0, 1, 1], [1, 12, 15]])
    #expect(ChannelMoments.count(units: 3, paddedChannels: 2) == 12)
  }
}
