/// One network of a file: a state dictionary, wherever it lies.
public struct NamedNetwork: Sendable, Hashable {
  /// Where: `state_dict.genA2B`; empty at the top.  Without the modules that wrap others.
  public let path: String
  /// What the path says of the network: `genA2B`; empty if nothing.
  public let key: String
  /// Whether the path says that its weights are an average of those of many steps.
  public let isAverage: Bool
  /// The file's names by the network's own.
  public internal(set) var names: [String: String] = [:]

  init(path: String) {
    self.path = path
    (key, isAverage) = Wrappers.key(of: path)
  }

  /// For messages.
  public var shown: String { path.isEmpty ? "the top" : quoted(path) }
}

/// The networks of a kind among a file's names, taken out of their wrappers.
///
/// What a network is, its caller says by marks: names that only it has.  Whatever stands before a mark is where a
/// network lies, so dictionaries around it may be nested and called as they like.
public struct NamedNetworks: Sendable {
  /// Sorted by path.
  public let networks: [NamedNetwork]
  /// Names that belong to none of them, sorted: optimisers, other networks.
  public let others: [String]
  /// What tools counted, sorted; it says nothing of any network.
  public let bookkeeping: [String]

  /// - Parameters:
  ///   - stored: the file's names.
  ///   - marks: own names, each of which tells a network of the kind.
  /// - Throws: `.mismatch` when two stored names are the same one without their wrappers.
  public init(in stored: some Collection<String>, marks: [String]) throws(CheckpointError) {
    var bookkeeping: [String] = []
    var unwrapped: [(name: String, stored: String)] = []
    for name in stored.sorted() {
      if let own = Wrappers.unwrapped(name) {
        unwrapped.append((own, name))
      } else {
        bookkeeping.append(name)
      }
    }
    var found: [String: NamedNetwork] = [:]
    for (name, _) in unwrapped {
      if let path = Self.path(name, marks) { found[path] = NamedNetwork(path: path) }
    }
    var others: [String] = []
    for (name, stored) in unwrapped {
      guard let path = Self.innermost(name, found) else {
        others.append(stored)
        continue
      }
      let own = String(name.dropFirst(path.isEmpty ? 0 : path.count + 1))
      if let old = found[path]?.names.updateValue(stored, forKey: own) {
        throw CheckpointError(
          .mismatch, "\(quoted(old)) and \(quoted(stored)) would both be \(quoted(own)): which is meant?")
      }
    }
    networks = found.values.sorted { $0.path < $1.path }
    self.others = others
    self.bookkeeping = bookkeeping
  }

  /// What stands before a mark; nil if the name does not end in one.
  private static func path(_ name: String, _ marks: [String]) -> String? {
    for mark in marks {
      if name == mark { return "" }
      if name.hasSuffix("." + mark) { return String(name.dropLast(mark.count + 1)) }
    }
    return nil
  }

  /// The longest of the paths that the name lies below.
  private static func innermost(_ name: String, _ found: [String: NamedNetwork]) -> String? {
    if found.isEmpty { return nil }
    var rest = name[...]
    while let dot = rest.lastIndex(of: ".") {
      rest = rest[..<dot]
      if found[String(rest)] != nil { return String(rest) }
    }
    return found[""] == nil ? nil : ""
  }
}
