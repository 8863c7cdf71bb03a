import Batching
import Testing

@Suite("What keeps an item from being run", .timeLimit(.minutes(1)))
struct BatchFailureTests {
  @Test("An error reaches the items of its batch and no others")
  func errorsStayInTheirBatch() async throws {
    let gate = Gate()
    let (queue, _) = await blockedQueue(gate: gate, batches: Recorder())
    let broken = [
      await submitting(1, key: "broken", to: queue), await submitting(2, key: "broken", to: queue),
    ]
    let sound = await submitting(3, to: queue)
    gate.open()
    for task in broken {
      await #expect(throws: WorkerFailure(batch: [1, 2])) { try await task.value }
    }
    #expect(try await sound.value.output == 30)
    #expect(try await queue.submit(4, key: "a").output == 40)
  }

  @Test("A full queue refuses at once, and takes items again when it has room")
  func fullQueueRefuses() async throws {
    let gate = Gate()
    let (queue, _) = await blockedQueue(maxQueue: 2, gate: gate, batches: Recorder())
    let tasks = [await submitting(1, to: queue), await submitting(2, key: "b", to: queue)]
    #expect(queue.isFull)
    // The worker is blocked: an answer proves that nobody waited for it.
    await #expect(throws: QueueError.full) { try await queue.submit(3, key: "a") }
    tasks[1].cancel()
    _ = await tasks[1].result
    let late = await submitting(4, to: queue)
    gate.open()
    #expect(try await tasks[0].value.output == 10)
    #expect(try await late.value.output == 40)
  }

  @Test("A cancelled item leaves the queue at once and is never run")
  func cancelledItemLeaves() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, _) = await blockedQueue(gate: gate, batches: batches)
    let kept = await submitting(1, to: queue)
    let gone = await submitting(2, to: queue)
    gone.cancel()
    await #expect(throws: CancellationError.self) { try await gone.value }
    #expect(queue.depth == 1)
    gate.open()
    #expect(try await kept.value.output == 10)
    #expect(batches.values == [[-1], [1]])
  }

  @Test("Cancelling an item that is being run answers its caller at once and disturbs nobody")
  func cancellingARunningItem() async throws {
    let gate = Gate()
    let (queue, blocker) = await blockedQueue(gate: gate, batches: Recorder())
    blocker.cancel()
    await #expect(throws: CancellationError.self) { try await blocker.value }
    let next = await submitting(1, to: queue)
    gate.open()
    #expect(try await next.value.output == 10)
  }

  @Test("A task that is cancelled before it submits is refused")
  func cancelledBeforeSubmitting() async throws {
    let gate = Gate()
    let (queue, _) = await blockedQueue(gate: gate, batches: Recorder())
    let task = Task {
      await until { Task.isCancelled }
      return try await queue.submit(1, key: "a")
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(queue.depth == 0)
    gate.open()
  }

  @Test("A deadline that passes while the worker is busy ends the wait then, not when the worker is free")
  func deadlineEndsTheWait() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, _) = await blockedQueue(gate: gate, batches: batches)
    await #expect(throws: QueueError.deadlinePassed) {
      try await withDeadline(.now + .milliseconds(5)) { try await queue.submit(1, key: "a") }
    }
    #expect(queue.depth == 0)
    gate.open()
    let done = try await withDeadline(.now + .seconds(60)) { try await queue.submit(2, key: "a") }
    #expect(done.output == 20)
    #expect(batches.values == [[-1], [2]])
  }

  @Test("After the deadline nothing is begun")
  func pastDeadline() async throws {
    await #expect(throws: QueueError.deadlinePassed) {
      try await withDeadline(.now - .seconds(1)) { Issue.record("begun") }
    }
  }
}
