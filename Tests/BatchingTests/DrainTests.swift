import Batching
import Testing

@Suite("Draining, and many clients at once", .timeLimit(.minutes(1)))
struct DrainTests {
  @Test("Draining finishes what waits, refuses what comes, and returns when all is done")
  func drainFinishesTheQueue() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, blocker) = await blockedQueue(maxBatch: 1, gate: gate, batches: batches)
    let tasks = [await submitting(1, to: queue), await submitting(2, key: "b", to: queue)]
    let drains = (0..<2).map { _ in Task { await queue.drain() } }
    // The worker is blocked, so the first submission after the drain began is the one that is refused.
    while true {
      let probe = Task { try await queue.submit(99, key: "probe") }
      await Task.yield()
      probe.cancel()
      if case .failure(QueueError.draining) = await probe.result { break }
    }
    gate.open()
    for drain in drains { await drain.value }
    #expect(batches.values == [[-1], [1], [2]])
    #expect(try await blocker.value.output == -10)
    #expect(try await tasks[0].value.output == 10)
    #expect(try await tasks[1].value.output == 20)
    await #expect(throws: QueueError.draining) { try await queue.submit(3, key: "a") }
  }

  @Test("Draining does not wait for the delay")
  func drainSkipsTheDelay() async throws {
    let queue = IntQueue(maxBatch: 8, maxQueue: 8, maxDelay: .seconds(3600)) { _, inputs in inputs }
    let task = await submitting(1, to: queue)
    await queue.drain()
    #expect(try await task.value.output == 1)
  }

  @Test("Draining passes over keys whose items have all left")
  func drainAfterLeaving() async throws {
    let queue = IntQueue(maxBatch: 8, maxQueue: 8, maxDelay: .seconds(3600)) { _, inputs in inputs }
    let gone = await submitting(1, key: "b", to: queue)
    let kept = await submitting(2, to: queue)
    gone.cancel()
    await #expect(throws: CancellationError.self) { try await gone.value }
    await queue.drain()
    #expect(try await kept.value.output == 2)
  }

  @Test("An empty queue drains at once, and twice")
  func drainingAnEmptyQueue() async {
    let queue = IntQueue(maxBatch: 1, maxQueue: 1) { _, inputs in inputs }
    await queue.drain()
    await queue.drain()
  }

  @Test("Of many clients, some of whom leave, each gets its own answer and nobody waits forever")
  func manyClients() async throws {
    let queue = BatchQueue<Int, Int, Int>(maxBatch: 4, maxQueue: 4000, maxDelay: .microseconds(50)) {
      key, inputs in inputs.map { $0 * 100 + key }
    }
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for client in 0..<1000 {
        group.addTask {
          let task = Task { try await queue.submit(client, key: client % 3) }
          if client % 7 == 0 { task.cancel() }
          switch await task.result {
          case .success(let done): return done.output == client * 100 + client % 3
          case .failure(let error): return client % 7 == 0 && error is CancellationError
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count == 1000)
    #expect(outcomes.allSatisfy { $0 })
    await queue.drain()
    #expect(queue.depth == 0)
  }
}
