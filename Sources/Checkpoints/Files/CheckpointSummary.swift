/// What a file of weights holds: the answer of `ugatit inspect`, ready to be printed or encoded.
public struct CheckpointSummary: Sendable, Encodable {
  /// One network, or the tensors under one top-level name.
  public struct Part: Sendable, Encodable {
    /// Where it lies in the file; empty for tensors, and for a network, that stand at the top.
    public let name: String
    /// How many tensors there are.
    public internal(set) var tensors = 0
    /// How many numbers they hold together.
    public internal(set) var parameters = 0
    /// Bytes of all of them, stored densely; views of one storage count each.
    public internal(set) var bytes = 0
    /// Tensors by the name of their type.
    public internal(set) var types: [String: Int] = [:]
  }

  public let format: CheckpointFormat
  /// Sorted by name.
  public let parts: [Part]
  /// Sorted by name.
  public let tensors: [TensorEntry]

  /// - Parameter networks: which are listed as one each.
  public init(_ file: any CheckpointFile, networks: [NamedNetwork] = []) {
    format = file.format
    tensors = file.entries
    var places: [String: String] = [:]
    for network in networks {
      for name in network.names.values { places[name] = network.path }
    }
    var parts: [String: Part] = [:]
    for entry in file.entries {
      let top = String(entry.name.prefix { $0 != "." })
      let name = places[entry.name] ?? (top == entry.name ? "" : top)
      parts[name, default: Part(name: name)].add(entry)
    }
    self.parts = parts.values.sorted { $0.name < $1.name }
  }
}

extension CheckpointSummary.Part {
  fileprivate mutating func add(_ entry: TensorEntry) {
    tensors += 1
    parameters += entry.count
    bytes += entry.byteCount
    types[entry.type.rawValue, default: 0] += 1
  }
}
