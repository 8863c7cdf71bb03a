/// What an item got, and what it took.
public struct BatchedOutput<Output: Sendable>: Sendable {
  public let output: Output
  /// From `submit` to the start of the batch.
  public let waited: Duration
  /// The batch's own time, shared by all of its items.
  public let ran: Duration
  /// How many items the batch held.
  public let batchSize: Int
}

/// One batch that was run, for metrics.
public struct BatchReport<Key: Sendable>: Sendable {
  public let key: Key
  /// How long each of its items had waited.
  public let waits: [Duration]
  public let ran: Duration

  public var size: Int { waits.count }
}
