/// The data types of the Open Inference Protocol, "Tensor Data Types".
enum TensorDatatype: String, Sendable, Encodable {
  case boolean = "BOOL"
  case uint8 = "UINT8"
  case uint16 = "UINT16"
  case uint32 = "UINT32"
  case uint64 = "UINT64"
  case int8 = "INT8"
  case int16 = "INT16"
  case int32 = "INT32"
  case int64 = "INT64"
  case float16 = "FP16"
  case float32 = "FP32"
  case float64 = "FP64"
  case bfloat16 = "BF16"
  /// Each element has as many as it likes.
  case bytes = "BYTES"

  /// As a model's configuration writes it.
  var configurationName: String { self == .bytes ? "TYPE_STRING" : "TYPE_\(rawValue)" }
}
