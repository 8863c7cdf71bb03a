import CKernels
import Tensors

/// Blocked activations in NCHW order: what the full variant's first fully connected layer reads.
public struct PlanarCopy: Sendable {
  let instructionSet: InstructionSet

  public init(instructionSet: InstructionSet) {
    self.instructionSet = instructionSet
  }

  /// - Parameter y: `[C][H][W]`.
  public func run(_ x: BlockedTensor, into y: UnsafeMutablePointer<Float>, team: Team) {
    let kernel = instructionSet.kernels.pointee.affine_to_planes!
    let one = [Float](repeating: 1, count: lanes)
    let zero = [Float](repeating: 0, count: lanes)
    one.withUnsafeBufferPointer { one in
      zero.withUnsafeBufferPointer { zero in
        let identity = ug_affine(scale: one.baseAddress, shift: zero.baseAddress, floor: -.infinity)
        team.forEach(x.shape.channels / lanes) { block, _ in
          kernel(x.block(block), identity, y + block * lanes * x.shape.pixels, x.shape.pixels, x.shape.pixels)
        }
        // A last block that is only partly filled must not write planes beyond the last channel.
        for channel in x.shape.channels / lanes * lanes..<x.shape.channels {
          let source = x.block(channel / lanes) + channel % lanes
          for pixel in 0..<x.shape.pixels { y[channel * x.shape.pixels + pixel] = source[pixel * lanes] }
        }
      }
    }
  }
}
