/// Turns what an unpickler built into named tensors with a place in the file.
struct StateDictionary {
  /// What stands below the top.
  struct Contents {
    var locations: [String: TensorLocation] = [:]
    /// What is under a name instead of a tensor: the class of an object, for one.
    var unreadable: [String: String] = [:]
  }

  private let unpickler: Unpickler
  /// Bytes of the file by storage key.
  private let storages: [String: Range<Int>]
  private var contents = Contents()
  private var visits = 0
  private var denseBytes = 0
  /// The containers that the one being looked at lies in.
  private var path: [Int] = []

  init(_ unpickler: Unpickler, storages: [String: Range<Int>]) {
    self.unpickler = unpickler
    self.storages = storages
  }

  // A few bytes of pickle can name one tensor very often (dictionaries shared by dictionaries) or stretch it
  // (stride 0), so what a file may stand for is bounded by its size.

  /// No network is nested so deeply, or has so long a name: what is, is passed over.
  private static let maximumDepth = 32
  private static let maximumNameLength = 512
  private static let maximumTensors = 100_000
  private static let maximumUnreadable = 10_000

  /// Every value that a pickle makes takes an operation, so who has looked at several times as many looks at the
  /// same ones again and again.
  private var maximumVisits: Int { 10_000 + 4 * unpickler.steps }

  /// Every tensor below `top`, which must be a dictionary.
  /// - Parameter fileSize: in bytes.
  consuming func contents(of top: PickleValue, fileSize: Int) throws(CheckpointError) -> Contents {
    guard case .dictionary = top else {
      throw CheckpointError(
        .unsupported,
        "holds \(top.kind), not a dictionary. In Python, save the networks' state dictionaries: "
          + "torch.save({'genA2B': genA2B.state_dict(), 'genB2A': genB2A.state_dict()}, path)")
    }
    try collect(top, name: "")
    let (limit, overflow) = fileSize.multipliedReportingOverflow(by: 8)
    guard overflow || denseBytes <= limit + 16 << 20 else {
      throw CheckpointError(
        .unsupported,
        "its \(contents.locations.count) tensors would take \(denseBytes) bytes, though the file has only "
          + "\(fileSize): it repeats itself on purpose")
    }
    return contents
  }

  private mutating func collect(_ value: PickleValue, name: String) throws(CheckpointError) {
    switch value {
    case .tensor(let index): try add(unpickler.tensors[index], name: name)
    case .dictionary(let index):
      try inside(index, name) { state, items throws(CheckpointError) in
        for position in stride(from: 0, to: items.count, by: 2) {
          guard let key = Self.key(items[position]), let name = Self.name(key, below: name) else { continue }
          try state.collect(items[position + 1], name: name)
          switch items[position + 1] {
          case .object, .global: state.note(items[position + 1].kind, under: name)
          default: break
          }
        }
      }
    case .list(let index), .tuple(let index):
      try inside(index, name) { state, items throws(CheckpointError) in
        for (position, item) in items.enumerated() where item.mayHoldTensors {
          guard let name = Self.name(String(position), below: name) else { continue }
          try state.collect(item, name: name)
        }
      }
    default: break
    }
  }

  /// Looks at what a container holds, unless it lies too deep or within itself, where it says nothing new.
  private mutating func inside(
    _ container: Int, _ name: String,
    _ look: (inout StateDictionary, [PickleValue]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    guard path.count < Self.maximumDepth, !path.contains(container) else { return }
    let items = unpickler.containers[container]
    visits += items.count + 1
    guard visits <= maximumVisits else {
      throw CheckpointError(
        .unsupported,
        "names the same dictionaries or lists too often, at \(quoted(name)): it repeats itself on purpose")
    }
    path.append(container)
    try look(&self, items)
    path.removeLast()
  }

  private static func name(_ key: String, below parent: String) -> String? {
    guard parent.utf8.count + key.utf8.count < maximumNameLength else { return nil }
    return parent.isEmpty ? key : parent + "." + key
  }

  private static func key(_ value: PickleValue) -> String? {
    switch value {
    case .string(let string): string
    case .integer(let integer): String(integer)
    default: nil
    }
  }

  private mutating func note(_ reason: String, under name: String) {
    guard contents.unreadable.count < Self.maximumUnreadable else { return }
    contents.unreadable[name] = reason
  }

  private mutating func add(_ tensor: PickledTensor, name: String) throws(CheckpointError) {
    let location: TensorLocation
    do { location = try locate(tensor) } catch { throw error.about("tensor \(quoted(name))") }
    if let other = contents.locations.updateValue(location, forKey: name), other != location {
      note("two tensors", under: name)
    }
    let (sum, overflow) = denseBytes.addingReportingOverflow(location.count * location.type.byteWidth)
    denseBytes = overflow ? .max : sum
    guard contents.locations.count <= Self.maximumTensors else {
      throw CheckpointError(.unsupported, "holds more than \(Self.maximumTensors) tensors")
    }
  }

  private func locate(_ tensor: PickledTensor) throws(CheckpointError) -> TensorLocation {
    let storage = unpickler.storages[tensor.storage]
    guard let range = storages[storage.key] else {
      throw CheckpointError(.malformed, "storage \(quoted(storage.key)) is not in the file")
    }
    // What the pickle says of the storage must be there; then the tensor must lie inside of that.
    let width = storage.type.byteWidth
    let end = (CheckedInt(storage.offset) + CheckedInt(storage.count)) * width
    guard storage.count >= 0, let end = end.value, end <= range.count else {
      throw CheckpointError(
        .malformed,
        "storage \(quoted(storage.key)) should have \(storage.count) elements of \(width) bytes, but "
          + "\(range.count) bytes are stored")
    }
    let start = range.lowerBound + storage.offset * width
    return try TensorLocation(
      type: storage.type, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
      storage: start..<start + storage.count * width)
  }
}
