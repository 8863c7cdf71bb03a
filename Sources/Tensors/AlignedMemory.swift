#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Zeroed memory on a 64-byte boundary (one cache line, one AVX-512 register), freed with the object.
///
/// `@unchecked Sendable` because it only owns the memory: whoever writes to it sees to it that nobody else does.
public final class AlignedMemory: @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int

  private static let hugePage = 2 << 20

  /// - Parameter byteCount: rounded up to whole cache lines.  From 4 MB on the memory starts on a huge page, and the
  ///   system is asked for as many as fit: with 4 KB pages a quarter of a cold start is page faults.  The rest stays
  ///   on small ones, because a huge page that is touched at all is resident whole.
  /// - Throws: `OutOfMemory` when the system has no more.
  public init(byteCount: Int) throws(OutOfMemory) {
    let alignment = byteCount >= 2 * Self.hugePage ? Self.hugePage : 64
    let rounded = (max(byteCount, 1) + 63) & ~63
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, alignment, rounded) == 0, let memory else {
      throw OutOfMemory(byteCount: rounded)
    }
    if alignment == Self.hugePage { madvise(memory, rounded & ~(Self.hugePage - 1), MADV_HUGEPAGE) }
    memset(memory, 0, rounded)
    self.base = memory
    self.byteCount = rounded
  }

  deinit { free(base) }

  /// The first `byteCount` bytes, which nobody will write to any more.
  public func mapped(byteCount: Int) -> MappedBytes {
    MappedBytes(bytes: UnsafeRawBufferPointer(start: base, count: byteCount), owner: self)
  }

  /// The memory as floats.
  public var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}

/// The system refused memory.
public struct OutOfMemory: Error, Equatable, CustomStringConvertible {
  public let byteCount: Int
  public var description: String {
    "out of memory: \(byteCount >> 20) MB more were needed; use fewer or smaller models, or raise the limit"
  }
}
