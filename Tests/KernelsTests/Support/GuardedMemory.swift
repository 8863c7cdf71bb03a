#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Where guarded memory touches its guard pages.
enum GuardSide: CaseIterable { case lower, upper }

/// Elements with a page on each side that nobody may touch: a kernel that reads or writes beyond them ends the
/// test.  They lie directly before the upper page or directly behind the lower one.
///
/// `@unchecked Sendable` because operators hand it to threads that share out the elements among themselves.
final class GuardedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappingLength: Int

  init(_ elements: [Element], against side: GuardSide = .upper) {
    count = elements.count
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let length = count * MemoryLayout<Element>.stride
    let rounded = (length + page - 1) / page * page
    mappingLength = rounded + 2 * page
    mapping = mmap(nil, mappingLength, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    precondition(mapping != MAP_FAILED, "no memory for a test")
    mprotect(mapping + page, rounded, PROT_READ | PROT_WRITE)
    let start = mapping + page + (side == .upper ? rounded - length : 0)
    base = start.assumingMemoryBound(to: Element.self)
    elements.withUnsafeBufferPointer { elements in
      if let source = elements.baseAddress { base.update(from: source, count: count) }
    }
  }

  convenience init(repeating element: Element, count: Int, against side: GuardSide = .upper) {
    self.init([Element](repeating: element, count: count), against: side)
  }

  deinit { munmap(mapping, mappingLength) }

  var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
