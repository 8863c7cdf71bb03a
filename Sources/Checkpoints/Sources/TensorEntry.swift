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
