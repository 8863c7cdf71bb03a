import CKernels
import Tensors

/// Global average and maximum of each channel, for the class activation map.
public struct FeaturePooling: Sendable {
  let instructionSet: InstructionSet

  public init(instructionSet: InstructionSet) {
    self.instructionSet = instructionSet
  }

  /// - Parameters:
  ///   - moments: one row; its sums are the averages times the number of pixels.
  ///   - maxima: one value for each padded channel.
  public func run(
    _ x: BlockedTensor, moments: ChannelMoments, maxima: UnsafeMutablePointer<Float>, team: Team
  ) {
    let table = instructionSet.kernels.pointee
    moments.clear(unit: 0)
    team.forEach(x.shape.blocks) { block, _ in
      let largest = maxima + block * lanes
      largest.update(repeating: -.infinity, count: lanes)
      table.moments(x.block(block), x.shape.pixels, moments.block(block, unit: 0))
      table.maximum(x.block(block), x.shape.pixels, largest)
    }
  }
}
