import DequeModule

/// Items that wait for their batch, and which of them go next: a pure value, which is told the time.
///
/// Items wait in groups by key.  A group is ready when it can fill a batch, when its oldest item has waited `maxDelay`,
/// or when the line drains.  Every item has its turn: the moment of its arrival, and for the second priority its
/// patience later.  Of the ready groups the one goes next that has the earliest turn, with its items in the order of
/// their turns.  So those of one priority keep their order, no key starves another, and an item of the second priority
/// is passed by those alone that come within its patience: what has waited that long goes before whatever comes then.
struct WaitingLine<Key: Hashable & Sendable, Input: Sendable>: Sendable {
  struct Item: Sendable {
    let id: UInt64
    let input: Input
    let priority: Priority
    let arrival: ContinuousClock.Instant

    var turn: ContinuousClock.Instant { arrival + priority.patience }

    /// Whether its turn is the earlier one.
    func goes(before other: Item) -> Bool {
      (turn, priority.rawValue, id) < (other.turn, other.priority.rawValue, other.id)
    }
  }

  struct Batch: Sendable {
    let key: Key
    let items: [Item]
  }

  /// Most items of a batch.
  let maxBatch: Int
  /// How long the oldest item of a group may wait for company.
  let maxDelay: Duration
  /// Items of all groups.
  private(set) var count = 0
  private var groups: [Key: Group] = [:]

  init(maxBatch: Int, maxDelay: Duration) {
    self.maxBatch = maxBatch
    self.maxDelay = maxDelay
  }

  /// - Precondition: none has arrived later.
  mutating func append(_ item: Item, key: Key) {
    groups[key, default: Group()].lanes[item.priority.rawValue].append(item)
    count += 1
  }

  /// - Returns: false for an item that does not wait.
  mutating func remove(_ id: UInt64, key: Key) -> Bool {
    guard var group = groups[key], group.remove(id) else { return false }
    groups[key] = group.count > 0 ? group : nil
    count -= 1
    return true
  }

  /// The ready group with the earliest turn gives as many items as a batch holds; they wait no longer.
  ///
  /// - Parameter isDraining: whether no group waits for company any more.
  mutating func takeBatch(now: ContinuousClock.Instant, isDraining: Bool = false) -> Batch? {
    let ready = groups.filter { isDraining || $1.count >= maxBatch || $1.oldest + maxDelay <= now }
    guard let key = ready.min(by: { $0.value.next.goes(before: $1.value.next) })?.key,
      var group = groups[key]
    else { return nil }
    let items = (0..<min(maxBatch, group.count)).map { _ in group.takeNext() }
    groups[key] = group.count > 0 ? group : nil
    count -= items.count
    return Batch(key: key, items: items)
  }

  /// When the first group will have waited for company long enough; nil where nothing waits.
  var readyTime: ContinuousClock.Instant? { groups.values.map(\.oldest).min().map { $0 + maxDelay } }

  /// The items of one key, at least one.
  private struct Group {
    /// Of each priority, in the order of their arrival.
    var lanes = Priority.allCases.map { _ in Deque<Item>() }

    var count: Int { lanes.reduce(0) { $0 + $1.count } }

    private var heads: [Item] { lanes.compactMap(\.first) }

    var oldest: ContinuousClock.Instant { heads.map(\.arrival).reduce(heads[0].arrival, min) }

    var next: Item { heads.dropFirst().reduce(heads[0]) { $1.goes(before: $0) ? $1 : $0 } }

    mutating func takeNext() -> Item { lanes[next.priority.rawValue].removeFirst() }

    mutating func remove(_ id: UInt64) -> Bool {
      for lane in lanes.indices {
        guard let index = lanes[lane].firstIndex(where: { $0.id == id }) else { continue }
        lanes[lane].remove(at: index)
        return true
      }
      return false
    }
  }
}
