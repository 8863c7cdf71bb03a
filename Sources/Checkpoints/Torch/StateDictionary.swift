/// Turns what an unpickler built into named tensors with a place in the file.
struct StateDictionary {
  private let unpickler: Unpickler
  /// Bytes of the file by storage key.
  private let storages: [String: Range<Int>]
  private var locations: [String: TensorLocation] = [:]
  private var visits = 0
  private var denseBytes = 0

  init(_ unpickler: Unpickler, storages: [String: Range<Int>]) {
    self.unpickler = unpickler
    self.storages = storages
  }

  // A few bytes of pickle can name one tensor very often (dictionaries shared by dictionaries) or stretch it
  // (stride 0), so what a file may stand for is bounded by its size.

  private static let maximumDepth = 16
  private static let maximumNameLength = 512
  private static let maximumTensors = 100_000
  /// Values looked at; the largest training checkpoint has some thousands.
  private static let maximumVisits = 200_000

  /// Every tensor below `top`, which must be a dictionary.
  /// - Parameter fileSize: in bytes.
  consuming func locations(
    in top: PickleValue, fileSize: Int
  ) throws(CheckpointError) -> [String: TensorLocation] {
    guard case .dictionary = top else {
      throw CheckpointError(
        .unsupported,
        "holds \(top.kind), not a dictionary: save a dictionary of state dictionaries, as in "
          + "torch.save({'genA2B': genA2B.state_dict()}, path)")
    }
    try collect(top, name: "", depth: 0)
    let (limit, overflow) = fileSize.multipliedReportingOverflow(by: 8)
    guard overflow || denseBytes <= limit + 16 << 20 else {
      throw CheckpointError(
        .unsupported,
        "its \(locations.count) tensors would take \(denseBytes) bytes, though the file has only "
          + "\(fileSize): it repeats itself on purpose")
    }
    return locations
  }

  private mutating func collect(_ value: PickleValue, name: String, depth: Int) throws(CheckpointError) {
    visits += 1
    guard visits <= Self.maximumVisits, depth <= Self.maximumDepth, name.utf8.count <= Self.maximumNameLength
    else {
      throw CheckpointError(
        .unsupported, "dictionaries are nested too deeply, too long or in a circle at \(quoted(name))")
    }
    switch value {
    case .tensor(let index): try add(unpickler.tensors[index], name: name)
    case .dictionary(let index):
      let items = unpickler.containers[index]
      for position in stride(from: 0, to: items.count, by: 2) {
        guard let key = Self.key(items[position]) else {
          visits += 1  // it was looked at, and may be again: dictionaries can be shared
          continue
        }
        try collect(items[position + 1], name: name.isEmpty ? key : name + "." + key, depth: depth + 1)
      }
    case .list(let index), .tuple(let index):
      for (position, item) in unpickler.containers[index].enumerated() {
        try collect(item, name: "\(name).\(position)", depth: depth + 1)
      }
    default: break
    }
  }

  private static func key(_ value: PickleValue) -> String? {
    switch value {
    case .string(let string): string
    case .integer(let integer): String(integer)
    default: nil
    }
  }

  private mutating func add(_ tensor: PickledTensor, name: String) throws(CheckpointError) {
    let location: TensorLocation
    do { location = try locate(tensor) } catch { throw error.about("tensor \(quoted(name))") }
    guard locations.updateValue(location, forKey: name) == nil else {
      throw CheckpointError(.unsupported, "two tensors are named \(quoted(name))")
    }
    let (sum, overflow) = denseBytes.addingReportingOverflow(location.count * location.type.byteWidth)
    denseBytes = overflow ? .max : sum
    guard locations.count <= Self.maximumTensors else {
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
