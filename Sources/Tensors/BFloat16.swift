/// Numbers with the exponent of a float and eight bits of precision.
public enum BFloat16 {
  /// The nearest bfloat16, ties to even; infinity from 0x1.FFp127 on.
  ///
  /// `@inlinable` because it is the body of loops over a quarter of a billion weights.
  /// - Precondition: `value` is not NaN.
  @inlinable
  public static func bits(nearest value: Float) -> UInt16 {
    let odd = (value.bitPattern >> 16) & 1
    return UInt16(truncatingIfNeeded: (value.bitPattern &+ 0x7FFF &+ odd) >> 16)
  }
}
