import CKernels
import Tensors

/// Downsampling by two without aliasing (Zhang 2019, Making Convolutional Networks Shift-Invariant Again): reflect-pad 1,
/// each channel's convolution with `[1, 2, 1]ᵀ·[1, 2, 1] / 16`, stride 2.
///
/// It reads what the convolution before has left and applies the normalisation and its ReLU, which stands between the
/// two and keeps the blur from being a part of that convolution.
public struct BlurPooling: Sendable {
  let instructionSet: InstructionSet

  public init(instructionSet: InstructionSet) {
    self.instructionSet = instructionSet
  }

  /// The image that it makes of another.
  public static func output(of input: BlockedShape) -> BlockedShape {
    BlockedShape(channels: input.channels, height: (input.height + 1) / 2, width: (input.width + 1) / 2)
  }

  /// `y = blur(affine(x))`.
  /// - Precondition: x has at least two rows and columns.
  public func run(_ x: BlockedTensor, _ affine: Affine, into y: BlockedTensor, team: Team) {
    precondition(y.shape == Self.output(of: x.shape) && min(x.shape.height, x.shape.width) >= 2)
    let kernel = instructionSet.kernels.pointee.blur!
    // A block at a time leaves the second thread without work where blocks are few, so rows are units.
    let bands = min(y.shape.height, 8)
    team.forEach(x.shape.blocks * bands) { unit, _ in
      let (block, band) = (unit / bands, unit % bands)
      for row in band * y.shape.height / bands..<(band + 1) * y.shape.height / bands {
        func source(_ index: Int) -> UnsafePointer<Float> {
          UnsafePointer(
            x.block(block) + Padding.reflect.resolve(index, count: x.shape.height) * x.shape.rowStride)
        }
        kernel(
          source(2 * row - 1), source(2 * row), source(2 * row + 1), affine.block(block),
          y.block(block) + row * y.shape.rowStride, x.shape.width)
      }
    }
  }
}
