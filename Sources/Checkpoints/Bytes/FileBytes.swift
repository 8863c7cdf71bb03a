#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The bytes of a file, mapped read-only for as long as the object lives.
///
/// A file that another process shortens while it is mapped ends this one (SIGBUS); weight files are replaced
/// by renaming, never rewritten in place.
///
/// `@unchecked Sendable` because the memory is never written after `init`; the pointer is its only state.
final class FileBytes: @unchecked Sendable {
  /// Valid while the object lives, so whoever reads them uses the object afterwards, or extends its lifetime.
  let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// - Throws: `.noInput` when there is no regular, readable file at `path`.
  init(path: String) throws(CheckpointError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CheckpointError(.noInput, "\(path): \(systemMessage())")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(.noInput, "\(path): not a regular file")
    }
    let count = Int(status.st_size)
    guard count > 0 else {  // mmap refuses an empty range
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw CheckpointError(.noInput, "\(path): cannot be mapped: \(systemMessage())")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
    isMapped = true
  }

  /// Bytes that did not come from a file, as if they had.
  init(copying source: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
    copy.copyBytes(from: source)
    bytes = UnsafeRawBufferPointer(copy)
    isMapped = false
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }

  /// A copy of all bytes.
  func copy() -> [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  /// Takes the pages that lie wholly inside `range` out of resident memory; they come back from the file when
  /// they are read again, so this is safe whoever else is reading.
  func discard(_ range: Range<Int>) {
    guard isMapped, let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    guard first < last else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, Int32(MADV_DONTNEED))
  }
}

/// What the system says about the call that just failed.
func systemMessage() -> String { String(cString: strerror(errno)) }
