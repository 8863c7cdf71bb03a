import Tensors

/// Some tensors of a source under other names: a checkpoint's `state_dict.genA2B.` as the generator's own state
/// dictionary.
public struct RenamedTensors: ChunkedTensorSource {
  public let base: any TensorSource
  /// The base's names by the new ones.
  public let names: [String: String]
  public let tensors: [String: TensorDescription]

  /// - Parameter names: the base's names by the new ones; those that the base has no weights under are left out.
  public init(_ base: any TensorSource, names: [String: String]) {
    self.base = base
    tensors = names.compactMapValues { base.tensors[$0] }
    self.names = names.filter { base.tensors[$0.value] != nil }
  }

  public func floats(_ name: String) throws -> [Float] { try base.floats(stored(name)) }

  public func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws {
    try base.readChunks(of: stored(name), maximumCount: maximumCount, body)
  }

  public func mappedBytes(_ name: String) -> MappedBytes? { names[name].flatMap(base.mappedBytes) }

  private func stored(_ name: String) throws(TensorSourceError) -> String {
    guard let stored = names[name] else { throw TensorSourceError("there is no tensor \(quoted(name))") }
    return stored
  }
}
