import Tensors

/// The tensors whose names start with a prefix, under the rest of their names: a checkpoint's `genA2B.` as
/// the generator's own state dictionary.
public struct PrefixedTensors: ChunkedTensorSource {
  public let base: any TensorSource
  public let prefix: String
  public let tensors: [String: TensorDescription]

  public init(_ base: any TensorSource, prefix: String) {
    self.base = base
    self.prefix = prefix
    var tensors: [String: TensorDescription] = [:]
    for (name, description) in base.tensors where name.hasPrefix(prefix) && name.count > prefix.count {
      tensors[String(name.dropFirst(prefix.count))] = description
    }
    self.tensors = tensors
  }

  public func floats(_ name: String) throws -> [Float] { try base.floats(prefix + name) }

  public func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws {
    try base.readChunks(of: prefix + name, maximumCount: maximumCount, body)
  }

  public func mappedBytes(_ name: String) -> MappedBytes? { base.mappedBytes(prefix + name) }
}
