import CAllocator

/// The memory of this process that no file stands behind: what it holds, and what becomes of it when it is freed.
public enum ProcessMemory {
  /// Bytes that are resident (`RssAnon` in `/proc/self/status`, proc(5)); nil where the system does not tell.
  static var anonymousBytes: Int? {
    guard let text = SmallFile.text("/proc/self/status"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// Has large blocks go back to the system when they are freed, so that a flood leaves nothing behind.
  ///
  /// To be called first of all in a program that is to run for long.
  public static func returnFreed() { ug_allocator_return_freed() }

  /// Gives back what is free between blocks that are used.  It takes milliseconds.
  static func trim() { ug_allocator_trim() }
}
