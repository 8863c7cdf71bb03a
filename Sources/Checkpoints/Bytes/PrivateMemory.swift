#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Memory of the process's own that no file stands behind, given back to the system as soon as it is not used: the
/// allocator would keep it for what comes next.
///
/// `@unchecked Sendable` because it only owns the memory: whoever writes to it sees to it that nobody else does.
final class PrivateMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  /// - Parameter count: bytes, at least 1.
  /// - Throws: where the system has no more.
  init(count: Int) throws(CheckpointError) {
    guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else {
      throw CheckpointError(.noInput, "there is no memory for \(count >> 20) MB of weights")
    }
    // A weight that is used in place is read from end to end for every batch.
    let hugePage = 2 << 20
    if count >= 2 * hugePage { madvise(start, count & ~(hugePage - 1), Int32(MADV_HUGEPAGE)) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
