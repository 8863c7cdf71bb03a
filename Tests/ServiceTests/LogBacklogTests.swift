import Testing

@testable import Service

@Suite("Log lines that wait")
struct LogBacklogTests {
  private func drain(_ backlog: inout LogBacklog) -> [LogBacklog.Entry] {
    var entries: [LogBacklog.Entry] = []
    while let entry = backlog.next() {
      entries.append(entry)
      backlog.wasWritten()
    }
    return entries
  }

  @Test(
    "leave in the order in which they came, and what does not fit is counted and told where it is missing")
  func gap() {
    var backlog = LogBacklog(capacity: 8)
    for line in ["aaaa", "bbbb", "cccc", "dddd"] { backlog.add(line) }
    #expect(backlog.dropped == 2)
    #expect(backlog.next() == .line("aaaa"))
    // Half of it is free.
    backlog.add("eeee")
    #expect(drain(&backlog) == [.line("bbbb"), .gap(2), .line("eeee")])
    #expect(backlog.dropped == 2)
  }

  @Test("are taken again only when half is free, so that a slow reader finds few gaps")
  func hysteresis() {
    var backlog = LogBacklog(capacity: 8)
    for line in ["a", "b", "cccccc", "d"] { backlog.add(line) }
    #expect(backlog.next() == .line("a"))
    backlog.add("e")
    #expect(drain(&backlog) == [.line("b"), .line("cccccc"), .gap(2)])
  }

  @Test("are told to be missing at the end, too")
  func gapAtEnd() {
    var backlog = LogBacklog(capacity: 4)
    for line in ["aaaa", "bbbb"] { backlog.add(line) }
    #expect(drain(&backlog) == [.line("aaaa"), .gap(1)])
    #expect(drain(&backlog) == [])
  }

  @Test("may be longer than all of it, alone")
  func longLine() {
    var backlog = LogBacklog(capacity: 4)
    backlog.add("aaaaaa")
    backlog.add("b")
    #expect(drain(&backlog) == [.line("aaaaaa"), .gap(1)])
  }

  @Test("that cannot be written are counted, and told once one can")
  func lost() throws {
    var backlog = LogBacklog(capacity: 100)
    for line in ["a", "b"] { backlog.add(line) }
    while let entry = backlog.next() { backlog.wasLost(entry) }
    #expect(backlog.dropped == 2)
    backlog.add("c")
    // The reader is still gone: the gap itself is lost, and is no line.
    while let entry = backlog.next() { backlog.wasLost(entry) }
    #expect(backlog.dropped == 3)
    backlog.add("d")
    #expect(drain(&backlog) == [.gap(3), .line("d")])
    #expect(backlog.dropped == 3)
  }
}
