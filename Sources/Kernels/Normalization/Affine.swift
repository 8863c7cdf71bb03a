import CKernels
import Tensors

/// A normalisation whose statistics are known, with its ReLU, as one multiply-add per element:
/// `y = max(x · scale + shift, floor)`.  Operators apply it while they read, so that no pass over the memory is
/// spent on it.
///
/// Pointers are to one value for each padded channel, in the arena of the plan.
public struct Affine {
  public var scale: UnsafePointer<Float>
  public var shift: UnsafePointer<Float>
  /// 0 for a ReLU, −∞ for none.
  public var floor: Float

  public init(scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, floor: Float) {
    self.scale = scale
    self.shift = shift
    self.floor = floor
  }

  /// The part that belongs to one channel block.
  func block(_ index: Int) -> ug_affine {
    ug_affine(scale: scale + index * lanes, shift: shift + index * lanes, floor: floor)
  }
}
