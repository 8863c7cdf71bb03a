import Tensors

/// A file that `torch.save` wrote, mapped into memory: the zip format (PyTorch 1.6 and later) and the legacy
/// one (2019: a row of pickles, then the storages).
///
/// Nested dictionaries are flattened, keys joined by dots: `genA2B.DownBlock.1.weight`; lists by position.
/// Values that are no tensors are passed over.  Tensors may be views (strided, offset, transposed, expanded)
/// of storages they share; they are read as the dense tensors they stand for.  Tensors that are no weights
/// (integers, complex numbers) are in `entries` only.
///
/// The pickle is interpreted by a machine that can build dictionaries, lists and tensors and nothing else; what a
/// file asks for beyond that is passed over, and named in `passedOver` and `unreadable` (`Unpickler`).
public final class TorchCheckpoint: CheckpointFile {
  public let format: CheckpointFormat
  public var entries: [TensorEntry] { store.entries }
  public var tensors: [String: TensorDescription] { store.tensors }
  public let unreadable: [String: String]
  public let passedOver: [String]
  private let store: TensorStore

  /// - Throws: `CheckpointError`, naming the file.
  public convenience init(path: String) throws {
    let file = try FileBytes(path: path)
    do { try self.init(file) } catch { throw error.about(path) }
  }

  init(_ file: FileBytes) throws(CheckpointError) {
    let index = try TorchIndex(parsing: file.bytes)
    format = index.format
    unreadable = index.contents.unreadable
    passedOver = index.passedOver
    store = TensorStore(
      file: file, locations: index.contents.locations, isBigEndian: index.isBigEndian)
  }

  public func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws {
    try store.forEachChunk(of: name, maximumCount: maximumCount, body)
  }

  public func mappedBytes(_ name: String) -> MappedBytes? { store.mappedBytes(name) }
}
