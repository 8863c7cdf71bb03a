@testable import Batching

/// Items that come and go, a worker and a clock that do what they like, and beside the line under test a plain list of
/// who waits, by which each of its batches is judged.
struct WaitingHistory {
  private struct Waiting {
    let id: UInt64
    let key: Int
    let priority: Priority
    let arrival: ContinuousClock.Instant
  }

  private var line: WaitingLine<Int, UInt64>
  private var generator: SeededGenerator
  private let start = ContinuousClock.now
  /// Milliseconds since then.
  private var elapsed = 0
  private var isWorkerFree = true
  /// In the order of arrival.
  private var waiting: [Waiting] = []
  private var lastID: UInt64 = 0
  /// What was done, newest last, to be told when something is wrong.
  private(set) var history: [String] = []
  private(set) var faults: [String] = []
  /// How often an item of the second priority went before one of the first that waited, too.
  private(set) var agedBefore = 0

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    let maxBatch = Int.random(in: 1...4, using: &generator)
    let maxDelay = [Duration.zero, .zero, .seconds(1), .seconds(8)].randomElement(using: &generator) ?? .zero
    line = WaitingLine(maxBatch: maxBatch, maxDelay: maxDelay)
    history.append("at most \(maxBatch), delay \(maxDelay)")
  }

  private var now: ContinuousClock.Instant { start + .milliseconds(elapsed) }

  mutating func step() {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...3: arrive()
    case 4: leave()
    case 5: pass(Int.random(in: 0...500, using: &generator))
    case 6: pass(Int.random(in: 0...4000, using: &generator))
    default: isWorkerFree = true
    }
    if isWorkerFree { work(isDraining: false) }
    check(line.count == waiting.count, "counts \(line.count) of \(waiting.count)")
    check(line.readyTime == waiting.map(\.arrival).min().map { $0 + line.maxDelay }, "is ready another time")
  }

  /// Nothing comes any more.
  mutating func drain() {
    while !waiting.isEmpty, faults.isEmpty { work(isDraining: true) }
    check(line.takeBatch(now: now, isDraining: true) == nil && line.count == 0, "has more than there was")
  }

  private mutating func arrive() {
    lastID += 1
    let item = Waiting(
      id: lastID, key: Int.random(in: 0..<3, using: &generator),
      priority: Priority.allCases.randomElement(using: &generator) ?? .first, arrival: now)
    waiting.append(item)
    line.append(.init(id: item.id, input: item.id, priority: item.priority, arrival: now), key: item.key)
    history.append("\(item.id) comes, key \(item.key), \(item.priority)")
  }

  private mutating func leave() {
    guard let item = waiting.randomElement(using: &generator) else {
      return check(!line.remove(lastID, key: 0), "lets go who has gone")
    }
    check(!line.remove(item.id, key: item.key + 1), "lets go another")
    check(line.remove(item.id, key: item.key), "does not let go")
    waiting.removeAll { $0.id == item.id }
    history.append("\(item.id) leaves")
  }

  private mutating func pass(_ milliseconds: Int) {
    elapsed += milliseconds
    history.append("it is \(elapsed) ms")
  }

  private func isReady(_ key: Int, isDraining: Bool) -> Bool {
    let group = waiting.filter { $0.key == key }
    guard let oldest = group.first else { return false }
    return isDraining || group.count >= line.maxBatch || oldest.arrival + line.maxDelay <= now
  }

  private mutating func work(isDraining: Bool) {
    guard let batch = line.takeBatch(now: now, isDraining: isDraining) else {
      let ready = (0..<3).filter { isReady($0, isDraining: isDraining) }
      return check(ready.isEmpty, "waits while the worker is free, and key \(ready) is ready")
    }
    let ids = batch.items.map(\.input)
    history.append("batch \(ids) of key \(batch.key)")
    isWorkerFree = false
    check(isReady(batch.key, isDraining: isDraining), "does not wait for company")
    let group = waiting.filter { $0.key == batch.key }
    let taken = ids.compactMap { id in group.first { $0.id == id } }
    check(taken.count == ids.count && Set(ids).count == ids.count, "mixes, or makes up")
    check(ids.count == min(group.count, line.maxBatch), "is not as full as it may be")
    waiting.removeAll { ids.contains($0.id) }
    guard let leader = taken.first else { return check(false, "is empty") }
    for left in waiting where isReady(left.key, isDraining: isDraining) { check(leader, goesBefore: left) }
    for item in taken {
      for left in waiting where left.key == batch.key { check(item, goesBefore: left) }
    }
    for (item, next) in zip(taken, taken.dropFirst()) { check(item, goesBefore: next) }
  }

  /// In the words of the law, not of the code.
  private mutating func check(_ item: Waiting, goesBefore other: Waiting) {
    let patience = Priority.second.patience
    switch (item.priority, other.priority) {
    case (.first, .first), (.second, .second):
      check(item.arrival <= other.arrival, "\(item.id) before \(other.id), which came first")
    case (.first, .second):
      check(item.arrival <= other.arrival + patience, "\(item.id) passes \(other.id), which is aged")
    case (.second, .first):
      check(item.arrival + patience <= other.arrival, "\(item.id) goes before \(other.id) too soon")
      agedBefore += 1
    }
  }

  private mutating func check(_ holds: Bool, _ fault: String) {
    if !holds { faults.append(fault) }
  }
}
