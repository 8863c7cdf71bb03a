/// A Python name that a pickle mentions.  None is imported or called: the known ones stand for what the unpickler
/// itself does, and what the others would make is an object that has nothing but its class's name.
enum TorchGlobal: Equatable {
  case orderedDict
  case defaultDict
  case rebuildTensor
  case rebuildTensorV2
  case rebuildParameter
  /// `torch._utils._rebuild_parameter_with_state`: a parameter with attributes.
  case rebuildParameterWithState
  /// `torch._tensor._rebuild_from_type_v2`: a tensor with attributes, or of a class of its own.
  case rebuildFromType
  /// `torch.Tensor` or `torch.nn.parameter.Buffer`: classes that leave the numbers as they are.
  case tensorClass(String)
  case parameter
  case size
  /// `torch.device`, `torch.serialization._get_layout`, a dtype: give values that say nothing of the weights.
  case irrelevant(String)
  /// `torch.FloatStorage` and its siblings.
  case storageClass(StoredType)
  /// `torch.storage.UntypedStorage`: bytes.
  case untypedStorage

  /// Any other, by its dotted path.
  case unknown(String)

  init(module: String, name: String) {
    let path = module + "." + name
    switch path {
    case "collections.OrderedDict": self = .orderedDict
    case "collections.defaultdict": self = .defaultDict
    case "torch._utils._rebuild_tensor": self = .rebuildTensor
    case "torch._utils._rebuild_tensor_v2": self = .rebuildTensorV2
    case "torch._utils._rebuild_parameter": self = .rebuildParameter
    case "torch._utils._rebuild_parameter_with_state": self = .rebuildParameterWithState
    case "torch._tensor._rebuild_from_type_v2": self = .rebuildFromType
    case "torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Buffer": self = .tensorClass(path)
    case "torch.nn.parameter.Parameter": self = .parameter
    case "torch.Size": self = .size
    case "torch.device", "torch.serialization._get_layout": self = .irrelevant(path)
    case "torch.storage.UntypedStorage": self = .untypedStorage
    default:
      if module == "torch", let type = Self.storageClasses[name] {
        self = .storageClass(type)
      } else if module == "torch", Self.dtypes.contains(name) {
        self = .irrelevant(path)
      } else {
        self = .unknown(Self.shown(path))
      }
    }
  }

  var description: String {
    switch self {
    case .orderedDict: "collections.OrderedDict"
    case .defaultDict: "collections.defaultdict"
    case .rebuildTensor: "torch._utils._rebuild_tensor"
    case .rebuildTensorV2: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .rebuildParameterWithState: "torch._utils._rebuild_parameter_with_state"
    case .rebuildFromType: "torch._tensor._rebuild_from_type_v2"
    case .parameter: "torch.nn.parameter.Parameter"
    case .size: "torch.Size"
    case .tensorClass(let path), .irrelevant(let path), .unknown(let path): path
    case .storageClass(let type): "torch's storage class for \(type.rawValue)"
    case .untypedStorage: "torch.storage.UntypedStorage"
    }
  }

  /// Dotted names are kept as they are, anything stranger is quoted and cut: messages show them.
  private static func shown(_ path: String) -> String {
    let isPlain =
      path.utf8.count <= 80 && path.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
    return isPlain ? path : quoted(path)
  }

  private static let storageClasses: [String: StoredType] = [
    "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "DoubleStorage": .float64,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
    "ByteStorage": .uint8, "BoolStorage": .bool, "ComplexFloatStorage": .complex64,
    "ComplexDoubleStorage": .complex128,
    // Of quantized tensors, which are objects here; the legacy format parts its storages by their width.
    "QInt8Storage": .int8, "QUInt8Storage": .uint8, "QInt32Storage": .int32, "QUInt4x2Storage": .uint8,
    "QUInt2x4Storage": .uint8,
  ]

  private static let dtypes: Set = [
    "float32", "float", "float64", "double", "float16", "half", "bfloat16", "uint8", "int8", "int16", "short",
    "int32", "int", "int64", "long", "bool", "complex64", "complex128",
  ]
}
