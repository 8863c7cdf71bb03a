import CKernels
import Tensors

/// Writes out `affine(x) + residual`: the end of a residual block, whose sum is read twice.
public struct AffineOperator: Sendable {
  let instructionSet: InstructionSet

  public init(instructionSet: InstructionSet) {
    self.instructionSet = instructionSet
  }

  /// `y = affine(x) + residual`; `y` may be `x` or `residual`.
  public func run(
    _ x: BlockedTensor, _ affine: Affine, residual: BlockedTensor?, into y: BlockedTensor, team: Team
  ) {
    let shape = x.shape
    let kernel = instructionSet.kernels.pointee.affine!
    // A block at a time leaves the second thread without work where blocks are few, so rows are units.
    let bands = min(shape.height, 8)
    team.forEach(shape.blocks * bands) { unit, _ in
      let block = unit / bands
      let first = unit % bands * shape.height / bands
      let last = (unit % bands + 1) * shape.height / bands
      let offset = first * shape.rowStride
      kernel(
        x.block(block) + offset, affine.block(block),
        residual.map { UnsafePointer($0.block(block) + offset) },
        y.block(block) + offset, (last - first) * shape.width)
    }
  }
}
