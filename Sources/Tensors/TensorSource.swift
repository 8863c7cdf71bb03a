/// Named tensors that are read one at a time: a safetensors file, a PyTorch checkpoint, random weights of a
/// benchmark.  The networks read their weights through it, so they know no file format.
public protocol TensorSource: Sendable {
  /// Every tensor of the source by name.
  var tensors: [String: TensorDescription] { get }

  /// The elements in row-major order, converted to `Float`: exactly, but for F64, which is rounded.
  /// - Throws: `TensorSourceError` when there is no such tensor, or what the file's reader throws.
  func floats(_ name: String) throws -> [Float]

  /// The stored bytes (little-endian, row-major, dense) where the source has them in memory for as long as it
  /// lives, nil where they would have to be copied.  Large weights are used in place through this.
  func mappedBytes(_ name: String) -> MappedBytes?
}

extension TensorSource {
  public func mappedBytes(_ name: String) -> MappedBytes? { nil }
}

/// Bytes that stay where they are while `owner` lives.
///
/// `@unchecked Sendable` because the memory is never written after the value is made.
public struct MappedBytes: @unchecked Sendable {
  public let bytes: UnsafeRawBufferPointer
  /// Keeps the mapping alive.
  public let owner: any AnyObject & Sendable

  public init(bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    self.bytes = bytes
    self.owner = owner
  }
}

/// What is wrong with a source of weights, in words for the person who supplied it.
public struct TensorSourceError: Error, Equatable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
