/// One tensor of a file as `ugatit inspect` lists it.
public struct TensorEntry: Sendable, Hashable, Encodable {
  /// How the elements lie in their storage.
  public enum Layout: String, Sendable, Encodable {
    /// Row-major without gaps.
    case contiguous
    /// Permuted, or with gaps.
    case strided
    /// Some dimension repeats the same elements (stride 0).
    case expanded
  }

  public let name: String
  public let type: StoredType
  /// Sizes, outermost first; empty for a scalar.
  public let shape: [Int]
  public let layout: Layout

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// Bytes of the elements, stored densely.
  public var byteCount: Int { count * type.byteWidth }
}

extension TensorEntry {
  /// Sorted by name.
  static func all(_ locations: [String: TensorLocation]) -> [TensorEntry] {
    locations.map { TensorEntry(name: $0, type: $1.type, shape: $1.shape, layout: $1.layout) }
      .sorted { $0.name < $1.name }
  }
}
