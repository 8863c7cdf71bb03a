/// Runs `operation` and gives up on it when the deadline passes.
///
/// The operation is cancelled then.  All that waits in this module ends at once when it is cancelled, so the caller
/// hears of the deadline in the moment that it passes, whatever the item was waiting for; work that has begun on a
/// thread is finished there, and its result dropped.
///
///     let answer = try await withDeadline(.now + .seconds(5)) { try await queue.submit(input, key: key, place: place) }
///
/// - Throws: `QueueError.deadlinePassed`, also where the deadline has passed before; or what `operation` throws.
public func withDeadline<Value: Sendable>(
  _ deadline: ContinuousClock.Instant, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  guard deadline > .now else { throw QueueError.deadlinePassed }
  return try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask(operation: operation)
    group.addTask {
      try await Task.sleep(until: deadline, clock: .continuous)
      throw QueueError.deadlinePassed
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw CancellationError() }
    return value
  }
}
