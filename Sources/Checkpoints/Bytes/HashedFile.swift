import Digests
import Files

/// A file that is written whole or not at all, and whose SHA-256 is taken as it is written.
final class HashedFile {
  private let file: PartialFile
  private var hasher = SHA256()
  private(set) var byteCount = 0

  /// - Throws: `.output` when no file can be made in `path`'s directory.
  init(path: String) throws(CheckpointError) {
    do { file = try PartialFile(FilePath(path)) } catch { throw CheckpointError(error) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    hasher.update(bytes)
    byteCount += bytes.count
    do { try file.write(bytes) } catch { throw CheckpointError(error) }
  }

  /// Brings the bytes to the disk and gives the file its name, replacing what had it.
  /// - Returns: the SHA-256 of the bytes, 64 lower-case hexadecimal digits.
  func commit() throws(CheckpointError) -> String {
    do {
      try file.synchronize()
      try file.commit()
    } catch {
      throw CheckpointError(error)
    }
    return hexadecimal(hasher.digest)
  }
}

extension CheckpointError {
  /// Of a file that is written.
  init(_ error: FileError) {
    self.init(.output, "\(error.path): cannot be written: \(error.reason)")
  }
}
