import Tensors

/// How a file stores one number, named as safetensors names it.  Wider than `ElementType`: checkpoints also
/// hold counters and optimiser state, which are listed but not read as weights.
public enum StoredType: String, Sendable, CaseIterable, Codable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float64 = "F64"
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"
  case complex64 = "C64"
  case complex128 = "C128"

  public init(_ type: ElementType) {
    switch type {
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    }
  }

  /// Bytes of one element.
  public var byteWidth: Int {
    switch self {
    case .complex128: 16
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float8E4M3, .float8E5M2, .int8, .uint8, .bool: 1
    }
  }

  /// What weights that are stored so are read as, nil where there can be none.  F64 is rounded.
  public var elementType: ElementType? { self == .float64 ? .float32 : ElementType(rawValue: rawValue) }
}
