/// What a file of weights holds: the answer of `ugatit inspect`, ready to be printed or encoded.
public struct CheckpointSummary: Sendable, Encodable {
  /// One network: the tensors under one top-level name.
  public struct Part: Sendable, Encodable {
    /// Empty for tensors that stand at the top, and for a file that holds just one network.
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

  public init(_ file: any CheckpointFile) {
    format = file.format
    tensors = file.entries
    let known = Set(NetworkParts.Part.allCases.map(\.rawValue))
    let tops = file.entries.map { String($0.name.prefix { $0 != "." }) }
    let isOneNetwork = known.isDisjoint(with: tops)
    var parts: [String: Part] = [:]
    for (entry, top) in zip(file.entries, tops) {
      let name = isOneNetwork || top == entry.name ? "" : top
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
