import Digests
import Files
import Tensors

/// The tensors of a safetensors file in memory, read once, while the file's SHA-256 was taken: what is used is what was
/// checked, whatever becomes of the file.
///
/// Each tensor has memory of its own, which lives as long as this object or what `mappedBytes(_:)` gave.
public final class LoadedTensors: CheckpointFile {
  public var format: CheckpointFormat { .safetensors }
  public let entries: [TensorEntry]
  public let tensors: [String: TensorDescription]
  /// Of the file, 64 lower-case hexadecimal digits.
  let sha256: String
  private let memory: [String: PrivateMemory]
  private let types: [String: StoredType]
  private let checkpoint: @Sendable () throws -> Void

  /// Bytes between two looks at whether to go on.
  private static let piece = 4 << 20

  /// - Parameter checkpoint: called between pieces of reading, and later of each tensor that is read; what it throws
  ///   ends that.
  /// - Throws: `CheckpointError`, naming the file; or what `checkpoint` throws.
  init(path: String, checkpoint: @escaping @Sendable () throws -> Void) throws {
    self.checkpoint = checkpoint
    var reader = try HashingReader(path: path)
    do {
      let header = try Self.header(&reader)
      var memory: [String: PrivateMemory] = [:]
      // They fill the file without a gap (`SafetensorsHeader`).
      let stored = header.locations.filter { $1.extent > 0 }.sorted {
        $0.value.byteOffset < $1.value.byteOffset
      }
      for (name, location) in stored {
        let tensor = try PrivateMemory(count: location.extent)
        for start in stride(from: 0, to: location.extent, by: Self.piece) {
          try checkpoint()
          let end = min(start + Self.piece, location.extent)
          try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: tensor.bytes[start..<end]))
        }
        memory[name] = tensor
      }
      self.memory = memory
      types = header.locations.mapValues(\.type)
      entries = TensorEntry.all(header.locations)
      tensors = header.locations.compactMapValues { location in
        location.type.elementType.map { TensorDescription(elementType: $0, shape: location.shape) }
      }
    } catch let error as CheckpointError {
      throw error.about(path)
    }
    sha256 = reader.digest()
  }

  private static func header(_ reader: inout HashingReader) throws(CheckpointError) -> SafetensorsHeader {
    let size = reader.size
    var head = try reader.read(min(MemoryLayout<UInt64>.size, size))
    // What is too long for a header, or for the file, the parser refuses without more bytes of it.
    let length = Int(clamping: head.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    head += try reader.read(min(length, SafetensorsHeader.maximumLength, size - head.count))
    let bytes = FileBytes(copying: head)
    return try withExtendedLifetime(bytes) { () throws(CheckpointError) in
      try SafetensorsHeader(parsing: bytes.bytes, ofFileWith: size)
    }
  }

  public func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws {
    precondition(maximumCount > 0)
    guard let tensor = tensors[name], let type = types[name] else {
      throw TensorSourceError("there is no tensor \(quoted(name))")
    }
    guard let bytes = memory[name]?.bytes.baseAddress else { return }
    let width = type.byteWidth
    for start in stride(from: 0, to: tensor.count, by: maximumCount) {
      try checkpoint()
      let count = min(maximumCount, tensor.count - start)
      let floats = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        // Never nil: there is at least one element.
        guard let destination = buffer.baseAddress else { return }
        type.toFloats(
          bytes + start * width, count: count, stride: 1, isBigEndian: false, destination)
        initialized = count
      }
      try body(floats.span)
    }
  }

  public func mappedBytes(_ name: String) -> MappedBytes? {
    guard let type = types[name]?.elementType, types[name] == StoredType(type), let memory = memory[name]
    else {
      return nil
    }
    return MappedBytes(bytes: UnsafeRawBufferPointer(memory.bytes), owner: memory)
  }
}

/// Reads a file from its start to its end and takes its SHA-256.
private struct HashingReader: ~Copyable {
  private let file: RegularFile
  private var hasher = SHA256()

  init(path: String) throws(CheckpointError) {
    do throws(FileError) { file = try RegularFile(FilePath(path)) } catch {
      throw CheckpointError(reading: error)
    }
  }

  /// Bytes of the file when it was opened.
  var size: Int { file.size }

  /// - Throws: where the file has not so many any more.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(CheckpointError) {
    let count: Int
    do throws(FileError) { count = try file.read(into: buffer) } catch {
      throw CheckpointError(.noInput, error.reason)
    }
    guard count == buffer.count else { throw .shortened }
    hasher.update(UnsafeRawBufferPointer(buffer))
  }

  mutating func read(_ count: Int) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: CheckpointError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(CheckpointError) { try read(into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  consuming func digest() -> String { hexadecimal(hasher.digest) }
}
