import Tensors
import Testing

@testable import Kernels

@Suite("Pooling, channel sums and copies")
struct ReductionOperatorTests {
  static let shapes = [(8, 1, 1), (16, 3, 5), (24, 9, 9), (40, 7, 20), (48, 17, 11)].map {
    BlockedShape(channels: $0, height: $1, width: $2)
  }

  @Test("FeaturePooling: averages and maxima of each channel", arguments: shapes)
  func pooling(shape: BlockedShape) {
    var noise = Noise()
    // All negative in places, so that a maximum that starts at zero is seen.
    let values = noise.floats(shape.channels * shape.pixels).enumerated().map {
      $0 / shape.pixels % 2 == 0 ? $1 : $1 - 2
    }
    let x = GuardedTensor(planar: values, shape)
    let expected = (0..<shape.channels).map { values[$0 * shape.pixels..<($0 + 1) * shape.pixels].max()! }
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(shape), seed \(Noise.seed)"
      forEveryTeam(what) { team in
        let maxima = GuardedMemory<Float>.output(shape.paddedChannels)
        let work = GuardedWorkspace(units: 1, paddedChannels: shape.paddedChannels, team: team)
        FeaturePooling(instructionSet: instructionSet).run(
          x.tensor, moments: work.moments, maxima: maxima.base, team: team)
        #expect(Array(maxima.array.prefix(shape.channels)) == expected, "\(what)")
        #expect(work.momentsMismatch(x.tensor) == nil, "\(what)")
        return maxima.array.map(\.bitPattern) + work.momentBits
      }
    }
  }

  @Test("ChannelSum: the sum over the channels at each pixel", arguments: shapes)
  func channelSum(shape: BlockedShape) {
    var noise = Noise()
    let values = noise.floats(shape.channels * shape.pixels)
    let exact = Planes(values, channels: shape.channels, height: shape.height, width: shape.width)
      .convolved([Float](repeating: 1, count: shape.channels), outputs: 1, kernel: 1)
    let x = GuardedTensor(planar: values, shape)
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(shape), seed \(Noise.seed)"
      forEveryTeam(what) { team in
        let heat = GuardedMemory<Float>.output(shape.pixels)
        ChannelSum(instructionSet: instructionSet).run(x.tensor, into: heat.base, team: team)
        #expect(exact.mismatch(heat.array, roundings: shape.paddedChannels) == nil, "\(what)")
        return heat.array.map(\.bitPattern)
      }
    }
  }

  @Test("PlanarCopy: the values in NCHW order, none beyond the last channel", arguments: shapes)
  func planarCopy(shape: BlockedShape) {
    var noise = Noise()
    let values = noise.floats(shape.channels * shape.pixels)
    let x = GuardedTensor(planar: values, shape)
    for instructionSet in InstructionSet.supported {
      forEveryTeam("\(instructionSet) \(shape)") { team in
        let y = GuardedMemory<Float>.output(values.count)
        PlanarCopy(instructionSet: instructionSet).run(x.tensor, into: y.base, team: team)
        #expect(y.array == values, "\(instructionSet) \(shape), seed \(Noise.seed)")
        return y.array.map(\.bitPattern)
      }
    }
  }
}
