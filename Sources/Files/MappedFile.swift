import CMapping

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file's bytes as the system brings them into memory, page by page when they are read.
///
/// Another process may change or shorten the file meanwhile.  What it has lost reads as zeros, and `isWhole` tells.
///
/// `@unchecked Sendable` because the memory is never written here, and the pointer is the only state.
public final class MappedFile: @unchecked Sendable {
  /// Valid while the object lives, so whoever reads them uses the object afterwards, or extends its lifetime.
  public let bytes: UnsafeRawBufferPointer

  init(start: UnsafeRawPointer, count: Int) {
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    // Never nil: there is at least one byte.
    if let start = bytes.baseAddress { ug_mapping_end(start, bytes.count) }
  }

  /// Whether all bytes that were read until now were there.
  public var isWhole: Bool {
    guard let start = bytes.baseAddress else { return true }
    return !ug_mapping_is_torn(start)
  }

  /// Takes the pages that lie wholly inside `range` out of resident memory; they come back from the file when
  /// they are read again, so this is safe whoever else is reading.
  public func discard(_ range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    guard first < last else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, Int32(MADV_DONTNEED))
  }
}
