import Files

/// The bytes of a file, mapped read-only for as long as the object lives; see `MappedFile`.
///
/// `@unchecked Sendable` because the memory is never written after `init`; the pointer is its only state.
final class FileBytes: @unchecked Sendable {
  /// Valid while the object lives, so whoever reads them uses the object afterwards, or extends its lifetime.
  let bytes: UnsafeRawBufferPointer
  /// nil for bytes that are the object's own.
  private let mapping: MappedFile?

  /// - Throws: `.noInput` when there is no regular, readable file at `path`.
  init(path: String) throws(CheckpointError) {
    do throws(FileError) {
      mapping = try RegularFile(FilePath(path)).mapped()
    } catch {
      throw CheckpointError(reading: error)
    }
    bytes = mapping?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// Bytes that did not come from a file, as if they had.
  init(copying source: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
    copy.copyBytes(from: source)
    bytes = UnsafeRawBufferPointer(copy)
    mapping = nil
  }

  deinit {
    if mapping == nil { bytes.deallocate() }
  }

  /// A copy of all bytes.
  func copy() -> [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  /// Gives the pages of a part back until they are read again.
  func discard(_ range: Range<Int>) { mapping?.discard(range) }

  /// To be asked after bytes were read and before anything is made of them.
  /// - Throws: `.mismatch` when some of them had gone.
  func requireWhole() throws(CheckpointError) {
    guard mapping?.isWhole ?? true else { throw .shortened }
  }
}

extension CheckpointError {
  /// Of a file that is read.
  init(reading error: FileError) { self.init(.noInput, error.description) }

  static let shortened = CheckpointError(
    .mismatch, "the file became shorter while it was read; try again when it is complete")
}
