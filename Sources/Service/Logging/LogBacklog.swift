import DequeModule

/// Log lines that wait to be written, of bounded size: what does not fit is dropped, counted and told.
///
/// Once it has been full it takes no more until half of it is free, so that a reader who lags behind finds a few long
/// gaps, each told in one line, rather than one at every line.
struct LogBacklog {
  /// What is to be written next.
  enum Entry: Equatable {
    case line(String)
    /// That so many lines are missing here.
    case gap(Int)
  }

  /// Bytes of lines.
  private let capacity: Int
  private var entries: Deque<Entry> = []
  private var byteCount = 0
  private var isFull = false
  /// Dropped or lost since a gap was last told.
  private var untold = 0
  /// Whether the last entry could be written: a gap is not told again and again to a reader that is gone.
  private var isReaderThere = true

  /// Lines that nobody will read, all in all.
  private(set) var dropped = 0

  init(capacity: Int) { self.capacity = capacity }

  mutating func add(_ line: String) {
    let size = line.utf8.count
    if isFull { isFull = byteCount > capacity / 2 }
    // An empty one takes any line, or one longer than all of it would never be written.
    if !isFull && byteCount + size > capacity { isFull = byteCount > 0 }
    guard !isFull else { return drop() }
    if untold > 0 {
      entries.append(.gap(untold))
      untold = 0
    }
    entries.append(.line(line))
    byteCount += size
  }

  /// The next to be written, whose outcome is then to be told; nil when there is none.
  mutating func next() -> Entry? {
    if let entry = entries.popFirst() {
      if case .line(let line) = entry { byteCount -= line.utf8.count }
      return entry
    }
    guard untold > 0, isReaderThere else { return nil }
    defer { untold = 0 }
    return .gap(untold)
  }

  mutating func wasWritten() { isReaderThere = true }

  mutating func wasLost(_ entry: Entry) {
    isReaderThere = false
    switch entry {
    case .line: drop()
    case .gap(let count): untold += count
    }
  }

  private mutating func drop() {
    dropped += 1
    untold += 1
  }
}
