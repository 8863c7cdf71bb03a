/// How the operands of the large matrix products are stored; sums are always f32.
public enum ComputePrecision: String, Sendable, CaseIterable, Codable {
  case f32
  case bf16

  /// Bytes of one operand.
  var byteWidth: Int { self == .f32 ? 4 : 2 }
}
