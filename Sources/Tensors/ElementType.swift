/// How one number of a tensor is stored, named as safetensors names it.
public enum ElementType: String, Sendable, CaseIterable, Codable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"

  /// Bytes of one element.
  public var byteWidth: Int { self == .float32 ? 4 : 2 }
}
