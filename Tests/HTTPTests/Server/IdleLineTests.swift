import Testing

@testable import HTTP

@Suite("The line of those who idle")
struct IdleLineTests {
  @Test("gives the longest idle first, and nobody who has left")
  func order() {
    var line = IdleLine<String>()
    let a = line.join("a")
    let b = line.join("b")
    _ = line.join("c")
    line.leave(a)
    _ = line.join("a again")
    #expect(line.takeFirst() == "b")
    line.leave(b)
    #expect(line.takeFirst() == "c")
    #expect(line.takeFirst() == "a again")
    #expect(line.takeFirst() == nil)
    #expect(line.count == 0)
  }

  @Test("keeps its first when it forgets the tickets of those who have left")
  func compaction() {
    var line = IdleLine<String>()
    _ = line.join("first")
    for _ in 0..<200 { line.leave(line.join("passer-by")) }
    _ = line.join("last")
    #expect(line.takeFirst() == "first" && line.takeFirst() == "last" && line.takeFirst() == nil)
  }

  @Test("keeps its order through thousands who come and go")
  func many() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    var line = IdleLine<UInt64>()
    var tickets: [UInt64] = []
    for number in 0..<UInt64(5000) {
      if !tickets.isEmpty, Int.random(in: 0..<3, using: &generator) > 0 {
        line.leave(tickets.remove(at: Int.random(in: 0..<tickets.count, using: &generator)))
      }
      let ticket = line.join(number + 1)
      #expect(ticket == number + 1, "seed \(seed)")
      tickets.append(ticket)
    }
    #expect(line.count == tickets.count)
    for ticket in tickets.sorted() { #expect(line.takeFirst() == ticket, "seed \(seed)") }
    #expect(line.takeFirst() == nil)
  }
}
