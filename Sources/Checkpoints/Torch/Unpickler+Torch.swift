// What PyTorch's own names stand for: torch/_utils.py and torch/serialization.py.

extension Unpickler {
  /// What calling `callee` would give.
  mutating func call(_ callee: PickleValue, _ arguments: PickleValue) throws(CheckpointError) -> PickleValue {
    if case .object = callee { return callee }
    guard case .global(let global) = callee, case .tuple(let index) = arguments else {
      throw CheckpointError(.unsupported, "refuses to call \(callee.kind) with \(arguments.kind)")
    }
    let items = containers[index]
    switch (global, items.count) {
    case (.unknown(let name), _): return .object(Self.className(name, items))
    case (.orderedDict, 0), (.defaultDict, 0...1): return .dictionary(new([]))
    case (.orderedDict, 1): return .dictionary(new(try pairs(items[0])))
    case (.rebuildTensor, 4), (.rebuildTensorV2, 6): return try tensor(items)
    case (.rebuildTensorV2, 7):
      guard isNothingPending(items[6]) else {
        return .object("torch.Tensor with a pending negation or conjugation")
      }
      return try tensor(items)
    case (.rebuildParameter, 3), (.rebuildParameterWithState, 4), (.parameter, 1...2):
      switch items[0] {
      case .tensor, .object: return items[0]
      default: break
      }
    case (.rebuildFromType, 4):
      // `(function, class, arguments, attributes)`; a function that calls functions could be nested without end.
      guard items[0] != .global(.rebuildFromType) else { break }
      switch items[1] {
      case .global(.tensorClass), .global(.parameter): return try call(items[0], items[2])
      default: return .object(items[1].kind)
      }
    case (.size, 1):
      guard case .tuple = items[0] else { break }
      return items[0]
    case (.irrelevant, _): return .opaque
    default: break
    }
    throw CheckpointError(
      .unsupported,
      "refuses to call \(global.description) with \(items.count) arguments of such kinds: "
        + (items.isEmpty ? "none" : items.prefix(8).map(\.kind).joined(separator: ", ")))
  }

  /// `copyreg`'s functions make objects of the class that they are given.
  private static func className(_ name: String, _ arguments: [PickleValue]) -> String {
    guard name.hasPrefix("copyreg.") || name.hasPrefix("copy_reg."), case .global(let type)? = arguments.first
    else { return name }
    return type.description
  }

  /// `OrderedDict([[key, value], …])`, as Python 2 pickled it.
  private mutating func pairs(_ list: PickleValue) throws(CheckpointError) -> [PickleValue] {
    guard case .list(let index) = list else {
      throw CheckpointError(.malformed, "an OrderedDict is made from \(list.kind)")
    }
    try accountForCopies(2 * containers[index].count)
    var items: [PickleValue] = []
    for pair in containers[index] {
      guard case .list(let pair) = pair, containers[pair].count == 2 else {
        throw CheckpointError(.malformed, "an OrderedDict is made from something else than pairs")
      }
      items += containers[pair]
    }
    return items
  }

  /// `(storage, storage_offset, size, stride, …)`
  private mutating func tensor(_ items: [PickleValue]) throws(CheckpointError) -> PickleValue {
    if case .object = items[0] { return items[0] }
    guard case .storage(let storage) = items[0], case .integer(let offset) = items[1] else {
      throw CheckpointError(.malformed, "a tensor is made from \(items[0].kind) and \(items[1].kind)")
    }
    tensors.append(
      PickledTensor(
        storage: storage, offset: offset, shape: try integers(items[2]), strides: try integers(items[3])))
    return .tensor(tensors.count - 1)
  }

  private mutating func integers(_ value: PickleValue) throws(CheckpointError) -> [Int] {
    guard case .tuple(let index) = value, containers[index].count <= TensorLocation.maximumRank else {
      throw CheckpointError(.malformed, "a tensor's sizes are \(value.kind)")
    }
    try accountForCopies(containers[index].count)
    var integers: [Int] = []
    for item in containers[index] {
      guard case .integer(let integer) = item else {
        throw CheckpointError(.malformed, "a tensor's size is \(item.kind)")
      }
      integers.append(integer)
    }
    return integers
  }

  /// The seventh argument says whether the elements are to be negated or conjugated when they are read.
  private func isNothingPending(_ metadata: PickleValue) -> Bool {
    if case .dictionary(let index) = metadata { return containers[index].isEmpty }
    return metadata == .opaque
  }

  /// `("storage", class, key, location, count)`; in the legacy format a sixth, None or `(key, offset, count)`
  /// of a view, may follow.  Files of 2017 and 2018 name a whole module's class so, too: `("module", class, …)`.
  mutating func storage(persistentID value: PickleValue) throws(CheckpointError) -> PickleValue {
    guard case .tuple(let index) = value else { throw Self.unknownPersistentID(value) }
    let items = containers[index]
    if items.count > 1, items[0] == .string("module") { return items[1] }
    guard (5...6).contains(items.count), items[0] == .string("storage"), case .global(let type) = items[1],
      case .string(let key) = items[2], case .integer(let count) = items[4]
    else { throw Self.unknownPersistentID(items.first ?? value) }
    // PyTorch numbers storages.  The key is looked up each time the storage is named, which costs its length.
    guard key.utf8.count <= 256 else {
      throw CheckpointError(.unsupported, "storage \(quoted(key)) has too long a name")
    }

    var storage = PickledStorage(type: .uint8, key: key, offset: 0, count: count)
    switch type {
    case .storageClass(let type): storage.type = type
    case .untypedStorage: break
    case .unknown(let name): return .object(name)
    default: throw Self.unknownPersistentID(items[1])
    }
    if items.count == 6, case .tuple(let view) = items[5] {
      guard containers[view].count == 3, case .integer(let offset) = containers[view][1],
        case .integer(let length) = containers[view][2]
      else { throw Self.unknownPersistentID(items[5]) }
      // The view must lie inside of the storage, so that what is checked against the view holds for the
      // storage.
      guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
        throw CheckpointError(.malformed, "a view of storage \(quoted(key)) reaches outside of it")
      }
      (storage.offset, storage.count) = (offset, length)
    }
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  private static func unknownPersistentID(_ value: PickleValue) -> CheckpointError {
    CheckpointError(
      .unsupported,
      "the pickle refers to something outside that is no storage (\(value.kind)): whole modules "
        + "cannot be read, save the networks' state dictionaries instead")
  }
}
