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

  /// - Parameter byteCount: rounded up to whole cache lines; from 4 MB on to whole huge pages, which the system is
  ///   asked for: with 4 KB pages a quarter of a cold start is page faults.
  /// - Throws: `OutOfMemory` when the system has no more.
  public init(byteCount: Int) throws(OutOfMemory) {
    let alignment = byteCount >= 2 * Self.hugePage ? Self.hugePage : 64
    let rounded = (max(byteCount, 1) + alignment - 1) & ~(alignment - 1)
    guard let memory = aligned_alloc(alignment, rounded) else { throw OutOfMemory(byteCount: rounded) }
    if alignment == Self.hugePage { madvise(memory, rounded, MADV_HUGEPAGE) }
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
