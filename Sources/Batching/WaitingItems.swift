import DequeModule

/// The queue's state: a value that is only touched under the queue's lock, and decides what runs next.
struct WaitingItems<Key: Hashable & Sendable, Input: Sendable, Output: Sendable> {
  struct Item {
    let id: UInt64
    let input: Input
    let arrival: ContinuousClock.Instant
  }

  struct Batch {
    let key: Key
    let items: [Item]
  }

  typealias Continuation = CheckedContinuation<BatchedOutput<Output>, any Error>

  private var groups: [Key: Deque<Item>] = [:]
  /// Callers still to be answered: of the waiting items, with their group, and of the running ones.
  private var callers: [UInt64: (key: Key, continuation: Continuation)] = [:]
  private var lastID: UInt64 = 0
  /// Waiting items of all groups.
  private var count = 0
  /// Places held for items that are still being made.
  var reserved = 0
  var isDraining = false
  /// Whether the worker will look again by itself.
  var isAlarmSet = false
  var drained: [CheckedContinuation<Void, Never>] = []

  var depth: Int { count + reserved }

  mutating func makeID() -> UInt64 {
    lastID += 1
    return lastID
  }

  mutating func append(_ item: Item, key: Key, continuation: Continuation) {
    groups[key, default: []].append(item)
    callers[item.id] = (key, continuation)
    count += 1
  }

  /// The caller of an item, who is thereby answered; an item that waits leaves its group.
  mutating func remove(_ id: UInt64) -> Continuation? {
    guard let caller = callers.removeValue(forKey: id) else { return nil }
    if let index = groups[caller.key]?.firstIndex(where: { $0.id == id }) {
      groups[caller.key]?.remove(at: index)
      if groups[caller.key]?.isEmpty == true { groups[caller.key] = nil }
      count -= 1
    }
    return caller.continuation
  }

  /// The ready group with the oldest item gives its oldest items; they are no longer waiting.
  mutating func takeBatch(now: ContinuousClock.Instant, maxBatch: Int, maxDelay: Duration) -> Batch? {
    let ready = groups.filter { _, items in
      isDraining || items.count >= maxBatch || items.first.map { $0.arrival + maxDelay <= now } == true
    }
    guard let key = ready.min(by: { $0.value[0].id < $1.value[0].id })?.key, var items = groups[key] else {
      return nil
    }
    let taken = Array(items.prefix(maxBatch))
    items.removeFirst(taken.count)
    groups[key] = items.isEmpty ? nil : items
    count -= taken.count
    return Batch(key: key, items: taken)
  }

  /// When the worker is to look again because the first group will have waited long enough; nil when nothing
  /// waits or an alarm is set already (which then rings no later than needed: arrivals only grow).
  mutating func setAlarm(maxDelay: Duration) -> ContinuousClock.Instant? {
    guard !isAlarmSet, let oldest = groups.values.compactMap({ $0.first?.arrival }).min() else { return nil }
    isAlarmSet = true
    return oldest + maxDelay
  }

  /// Who waits for the queue to be empty, once it is.
  mutating func takeDrained() -> [CheckedContinuation<Void, Never>] {
    guard isDraining, depth == 0 else { return [] }
    defer { drained = [] }
    return drained
  }
}
