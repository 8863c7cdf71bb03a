/// The Python names a checkpoint may mention.  None of them is imported or called: each stands for what the
/// unpickler itself does.
enum TorchGlobal: Equatable {
  case orderedDict
  case rebuildTensor
  case rebuildTensorV2
  case rebuildParameter
  case parameter
  case size
  /// `torch.device`, `torch.serialization._get_layout`, a dtype: give values that say nothing of the weights.
  case irrelevant(String)
  /// `torch.FloatStorage` and its siblings.
  case storageClass(StoredType)
  /// `torch.storage.UntypedStorage`: bytes.
  case untypedStorage

  init(module: String, name: String) throws(CheckpointError) {
    let path = module + "." + name
    switch path {
    case "collections.OrderedDict": self = .orderedDict
    case "torch._utils._rebuild_tensor": self = .rebuildTensor
    case "torch._utils._rebuild_tensor_v2": self = .rebuildTensorV2
    case "torch._utils._rebuild_parameter": self = .rebuildParameter
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
        throw CheckpointError(
          .unsupported,
          "refuses \(Self.shown(path)): a pickle may run any code through such names, and weights need "
            + "none of it. In Python, save the networks' state dictionaries alone: "
            + "torch.save({'genA2B': genA2B.state_dict(), 'genB2A': genB2A.state_dict()}, path)")
      }
    }
  }

  var description: String {
    switch self {
    case .orderedDict: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor"
    case .rebuildTensorV2: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .parameter: "torch.nn.parameter.Parameter"
    case .size: "torch.Size"
    case .irrelevant(let path): path
    case .storageClass(let type): "torch's storage class for \(type.rawValue)"
    case .untypedStorage: "torch.storage.UntypedStorage"
    }
  }

  /// Dotted names are shown as they are, anything stranger is quoted.
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
  ]

  private static let dtypes: Set = [
    "float32", "float", "float64", "double", "float16", "half", "bfloat16", "uint8", "int8", "int16", "short",
    "int32", "int", "int64", "long", "bool", "complex64", "complex128",
  ]
}
