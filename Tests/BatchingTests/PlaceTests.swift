import Batching
import Testing

@Suite("Places for items that are still being made", .timeLimit(.minutes(1)))
struct PlaceTests {
  @Test("A place counts as an item that waits, until it is used or nobody holds it any more")
  func counts() async throws {
    let gate = Gate()
    let (queue, _) = await blockedQueue(maxQueue: 2, gate: gate, batches: Recorder())
    let used = try queue.reserve()
    var dropped: Place? = try queue.reserve()
    #expect(dropped != nil && queue.depth == 2 && queue.isFull)
    #expect(throws: QueueError.full) { try queue.reserve() }
    dropped = nil
    #expect(queue.depth == 1)
    let task = Task { try await queue.submit(1, key: "a", place: used) }
    gate.open()
    #expect(try await task.value.output == 10)
    #expect(queue.depth == 0)
  }

  @Test("Draining waits for what has a place, takes it, and gives no new ones")
  func draining() async throws {
    let queue = IntQueue(maxBatch: 1, maxQueue: 4) { _, inputs in inputs }
    let place = try queue.reserve()
    var dropped: Place? = try queue.reserve()
    let drained = Recorder<Bool>()
    let drain = Task {
      await queue.drain()
      drained.record(true)
    }
    await until {
      do throws(QueueError) {
        _ = try queue.reserve()
        return false
      } catch {
        return error == .draining
      }
    }
    #expect(try await queue.submit(7, key: "a", place: place).output == 7)
    #expect(drained.values.isEmpty && dropped != nil)
    dropped = nil
    await drain.value
  }

  @Test("A task that is cancelled before it submits gives its place back")
  func cancelled() async throws {
    let queue = IntQueue(maxBatch: 1, maxQueue: 1) { _, inputs in inputs }
    let place = try queue.reserve()
    let task = Task {
      await until { Task.isCancelled }
      return try await queue.submit(1, key: "a", place: place)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(queue.depth == 0)
  }
}
