/// What the unpickler's stack and memo hold.  Containers are indices into `Unpickler.containers`, so values
/// are flat: cycles leak nothing and deep nesting needs no deep recursion when it is freed.
enum PickleValue: Equatable {
  /// None, a float, bytes, a dtype, a device: of no use here, so all the same.
  case opaque
  /// Whatever a class or function that is not known here would have made, by its name.
  case object(String)
  case boolean(Bool)
  case integer(Int)
  /// An integer of more than 64 bits, little-endian in two's complement.
  case longInteger([UInt8])
  case string(String)
  case global(TorchGlobal)
  case dictionary(Int)
  case list(Int)
  case tuple(Int)
  /// Index into `Unpickler.storages`.
  case storage(Int)
  /// Index into `Unpickler.tensors`.
  case tensor(Int)

  /// Whether it is a tensor, or something that holds values.
  var mayHoldTensors: Bool {
    switch self {
    case .tensor, .dictionary, .list, .tuple: true
    default: false
    }
  }

  /// For messages.
  var kind: String {
    switch self {
    case .opaque, .boolean: "a plain value"
    case .object(let name): "an object of \(name)"
    case .integer, .longInteger: "a number"
    case .string: "a string"
    case .global(let global): global.description
    case .dictionary: "a dictionary"
    case .list: "a list"
    case .tuple: "a tuple"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// Numbers a tensor's elements are part of, by the key under which the file stores them.
struct PickledStorage: Equatable {
  var type: StoredType
  var key: String
  /// In elements, from the storage's start: where a view begins.
  var offset: Int
  /// Elements of the storage, or of the view.
  var count: Int
}

/// A tensor as the pickle describes it, nothing of it checked yet.
struct PickledTensor: Equatable {
  /// Index into `Unpickler.storages`.
  var storage: Int
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}
