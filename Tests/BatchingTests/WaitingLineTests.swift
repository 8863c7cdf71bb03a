import Testing

@testable import Batching

@Suite("Who goes next of those who wait")
struct WaitingLineTests {
  @Test(
    "Whatever comes and goes: no batch is too large, mixed or late, and each priority keeps its order")
  func laws() {
    var agedBefore = 0
    for _ in 0..<200 {
      let seed = UInt64.random(in: 0...UInt64.max)
      var history = WaitingHistory(seed: seed)
      for _ in 0..<100 where history.faults.isEmpty { history.step() }
      history.drain()
      #expect(history.faults == [], "seed \(seed)\n\(history.history.joined(separator: "\n"))")
      agedBefore += history.agedBefore
    }
    #expect(agedBefore > 200, "the histories tell too little of patience")
  }

  /// A line of items that have come a second after one another, each its own key.
  private func line(_ priorities: [Priority], start: ContinuousClock.Instant) -> WaitingLine<Int, Int> {
    var line = WaitingLine<Int, Int>(maxBatch: 1, maxDelay: .zero)
    for (second, priority) in priorities.enumerated() {
      line.append(
        .init(id: UInt64(second), input: second, priority: priority, arrival: start + .seconds(second)),
        key: second)
    }
    return line
  }

  @Test("The second priority is passed by what comes within five seconds behind it, and by nothing later")
  func patience() {
    let start = ContinuousClock.now
    // As long as the first priority keeps coming, a second of work for every second.
    var line = line([.second] + Array(repeating: .first, count: 20), start: start)
    let order = (0..<21).compactMap { line.takeBatch(now: start + .seconds(20 + $0))?.items[0].input }
    #expect(order == [1, 2, 3, 4, 5, 0] + Array(6...20))
  }

  @Test("A batch of the first priority is filled up with what has time")
  func company() {
    let start = ContinuousClock.now
    var line = WaitingLine<String, Int>(maxBatch: 3, maxDelay: .zero)
    for (index, priority) in [Priority.second, .second, .first].enumerated() {
      line.append(.init(id: UInt64(index), input: index, priority: priority, arrival: start), key: "a")
    }
    #expect(line.takeBatch(now: start)?.items.map(\.input) == [2, 0, 1])
    #expect(line.count == 0 && line.readyTime == nil)
  }
}
