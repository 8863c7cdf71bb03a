/// What is known of a tensor without reading it.
public struct TensorDescription: Sendable, Hashable {
  public var elementType: ElementType
  /// Sizes, outermost first, as PyTorch prints them; empty for a scalar.
  public var shape: [Int]

  public init(elementType: ElementType, shape: [Int]) {
    self.elementType = elementType
    self.shape = shape
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// Bytes of the elements, stored densely.
  public var byteCount: Int { count * elementType.byteWidth }
}
