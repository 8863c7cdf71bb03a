import Tensors

/// A safetensors file, mapped into memory; see `SafetensorsHeader` for what is checked when it is opened.
///
/// Tensors of types that are no weights (I64, …) are in `entries` only.  `mappedBytes(_:)` gives every weight
/// in place, except where a file from elsewhere put it at an address its type cannot be read from.
public final class SafetensorsFile: CheckpointFile {
  public var format: CheckpointFormat { .safetensors }
  public var entries: [TensorEntry] { store.entries }
  public var tensors: [String: TensorDescription] { store.tensors }
  /// The file's `__metadata__`.
  public let metadata: [String: String]
  let store: TensorStore

  /// - Throws: `CheckpointError`, naming the file.
  public convenience init(path: String) throws {
    let file = try FileBytes(path: path)
    try self.init(file, path: path)
  }

  convenience init(_ file: FileBytes, path: String) throws(CheckpointError) {
    do { try self.init(file) } catch { throw error.about(path) }
  }

  init(_ file: FileBytes) throws(CheckpointError) {
    let header = try SafetensorsHeader(parsing: file.bytes)
    metadata = header.metadata
    store = TensorStore(file: file, locations: header.locations)
  }

  public func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws {
    try store.forEachChunk(of: name, maximumCount: maximumCount, body)
  }

  public func mappedBytes(_ name: String) -> MappedBytes? { store.mappedBytes(name) }
}
