/// What a batch queue knows, which is only touched under its lock: who waits, who is to be answered, and how it ends.
struct QueueState<Key: Hashable & Sendable, Input: Sendable, Output: Sendable> {
  typealias Continuation = CheckedContinuation<BatchedOutput<Output>, any Error>

  var line: WaitingLine<Key, Input>
  /// Places held for items that are still being made.
  var reserved = 0
  var isDraining = false
  /// Whether the worker will look again by itself.
  var isAlarmSet = false
  var drained: [CheckedContinuation<Void, Never>] = []
  /// Callers still to be answered: of the waiting items, with their key, and of the running ones.
  private var callers: [UInt64: (key: Key, continuation: Continuation)] = [:]
  private var lastID: UInt64 = 0

  init(line: WaitingLine<Key, Input>) { self.line = line }

  var depth: Int { line.count + reserved }

  mutating func makeID() -> UInt64 {
    lastID += 1
    return lastID
  }

  mutating func append(_ item: WaitingLine<Key, Input>.Item, key: Key, continuation: Continuation) {
    line.append(item, key: key)
    callers[item.id] = (key, continuation)
  }

  /// The caller of an item, who is thereby answered; an item that waits leaves the line.
  mutating func remove(_ id: UInt64) -> Continuation? {
    guard let caller = callers.removeValue(forKey: id) else { return nil }
    _ = line.remove(id, key: caller.key)
    return caller.continuation
  }

  /// When the worker is to look again because the first group will have waited long enough; nil when nothing
  /// waits or an alarm is set already (which then rings no later than needed: arrivals only grow).
  mutating func setAlarm() -> ContinuousClock.Instant? {
    guard !isAlarmSet, let time = line.readyTime else { return nil }
    isAlarmSet = true
    return time
  }

  /// Who waits for the queue to be empty, once it is.
  mutating func takeDrained() -> [CheckedContinuation<Void, Never>] {
    guard isDraining, depth == 0 else { return [] }
    defer { drained = [] }
    return drained
  }
}
