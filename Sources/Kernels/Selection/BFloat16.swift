import CKernels

/// Numbers with the exponent of a float and eight bits of precision.
public enum BFloat16 {
  /// The nearest bfloat16, ties to even.
  public static func bits(of value: Float) -> UInt16 { ug_bf16_from_float(value) }
}
