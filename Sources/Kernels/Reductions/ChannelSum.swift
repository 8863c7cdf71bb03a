import CKernels
import Tensors

/// Sum over the channels at each pixel: the heatmap of the class activation map.
public struct ChannelSum: Sendable {
  let instructionSet: InstructionSet

  public init(instructionSet: InstructionSet) {
    self.instructionSet = instructionSet
  }

  /// - Parameter heat: `[H][W]`.
  public func run(_ x: BlockedTensor, into heat: UnsafeMutablePointer<Float>, team: Team) {
    let kernel = instructionSet.kernels.pointee.channel_sum!
    let bands = min(x.shape.height, 8)
    team.forEach(bands) { band, _ in
      let first = band * x.shape.height / bands * x.shape.width
      let count = (band + 1) * x.shape.height / bands * x.shape.width - first
      (heat + first).update(repeating: 0, count: count)
      for block in 0..<x.shape.blocks { kernel(x.block(block) + first * lanes, count, heat + first) }
    }
  }
}
