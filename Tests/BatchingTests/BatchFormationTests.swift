import Testing

@testable import Batching

@Suite("How batches are formed", .timeLimit(.minutes(1)))
struct BatchFormationTests {
  @Test("What waits when the worker becomes free is one batch, in order of arrival")
  func waitingItemsShareABatch() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, blocker) = await blockedQueue(gate: gate, batches: batches)
    var tasks: [Task<BatchedOutput<Int>, any Error>] = []
    for input in 1...3 { tasks.append(await submitting(input, to: queue)) }
    #expect(queue.depth == 3)
    gate.open()
    for (index, task) in tasks.enumerated() {
      let done = try await task.value
      #expect(done.output == (index + 1) * 10)
      #expect(done.batchSize == 3)
      #expect(done.waited > .zero && done.ran >= .zero)
    }
    #expect(try await blocker.value.output == -10)
    #expect(batches.values == [[-1], [1, 2, 3]])
    #expect(queue.depth == 0)
  }

  @Test("A batch holds at most maxBatch items")
  func longQueuesAreCut() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, _) = await blockedQueue(maxBatch: 2, gate: gate, batches: batches)
    var tasks: [Task<BatchedOutput<Int>, any Error>] = []
    for input in 1...5 { tasks.append(await submitting(input, to: queue)) }
    gate.open()
    for task in tasks { _ = try await task.value }
    #expect(batches.values == [[-1], [1, 2], [3, 4], [5]])
  }

  @Test("A batch holds one key only, and the group with the oldest item goes first")
  func keysAreNotMixed() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, _) = await blockedQueue(gate: gate, batches: batches)
    var tasks: [Task<BatchedOutput<Int>, any Error>] = []
    for (input, key) in [(1, "b"), (2, "a"), (3, "b"), (4, "a"), (5, "c")] {
      tasks.append(await submitting(input, key: key, to: queue))
    }
    gate.open()
    for task in tasks { _ = try await task.value }
    #expect(batches.values == [[-1], [1, 3], [2, 4], [5]])
  }

  @Test("What has time lets others pass, whatever their key, and is run none the less")
  func priorities() async throws {
    let gate = Gate()
    let batches = Recorder<[Int]>()
    let (queue, _) = await blockedQueue(maxBatch: 2, gate: gate, batches: batches)
    let start = ContinuousClock.now
    var tasks: [Task<BatchedOutput<Int>, any Error>] = []
    for (input, key, priority) in [
      (1, "a", .second), (2, "a", .second), (3, "b", .second), (4, "b", .first), (5, "c", .first),
    ] as [(Int, String, Priority)] {
      tasks.append(await submitting(input, key: key, priority: priority, to: queue))
    }
    let took = start.duration(to: .now)
    gate.open()
    for task in tasks { _ = try await task.value }
    // On a machine so slow that their patience was over before the last came, the order is another, and right.
    let isQuick = took < Priority.second.patience
    #expect(isQuick ? batches.values == [[-1], [4, 3], [5], [1, 2]] : batches.values.joined().count == 6)
  }

  @Test("With a delay, an incomplete batch waits until it is full")
  func delayWaitsForCompany() async throws {
    let batches = Recorder<[Int]>()
    let queue = IntQueue(maxBatch: 3, maxQueue: 8, maxDelay: .seconds(3600)) { _, inputs in
      batches.record(inputs)
      return inputs
    }
    let first = await submitting(1, to: queue)
    let second = await submitting(2, to: queue)
    #expect(batches.values.isEmpty)
    let third = Task { try await queue.submit(3, key: "a") }
    for task in [first, second, third] { #expect(try await task.value.batchSize == 3) }
    #expect(batches.values == [[1, 2, 3]])
  }

  @Test("With a delay, a full batch of another key does not wait for the older, incomplete one")
  func fullGroupOvertakesWaitingOne() async throws {
    let queue = IntQueue(maxBatch: 2, maxQueue: 8, maxDelay: .seconds(3600)) { _, inputs in inputs }
    let lonely = await submitting(1, key: "a", to: queue)
    let pair = [2, 3].map { input in Task { try await queue.submit(input, key: "b") } }
    for task in pair { #expect(try await task.value.batchSize == 2) }
    #expect(queue.depth == 1)
    await queue.drain()
    #expect(try await lonely.value.output == 1)
  }

  @Test("After the delay, an incomplete batch runs as it is")
  func delayEnds() async throws {
    let queue = IntQueue(maxBatch: 3, maxQueue: 8, maxDelay: .milliseconds(5)) { _, inputs in inputs }
    for input in 1...3 {
      let done = try await queue.submit(input, key: "a")
      #expect(done.output == input)
      #expect(done.batchSize == 1)
      #expect(done.waited >= .milliseconds(5))
    }
  }

  @Test("Every batch is reported with its waits")
  func batchesAreReported() async throws {
    let gate = Gate()
    let reports = Recorder<BatchReport<String>>()
    let (queue, blocker) = await blockedQueue(gate: gate, batches: Recorder()) { reports.record($0) }
    let start = ContinuousClock.now
    let tasks = [await submitting(1, to: queue), await submitting(2, to: queue)]
    let broken = await submitting(3, key: "broken", to: queue)
    // So long the first batch has run for certain.
    let held = start.duration(to: .now)
    gate.open()
    for task in tasks { _ = try await task.value }
    let ran = try await blocker.value.ran
    #expect(ran >= held && reports.values.first?.ran == ran)
    _ = await broken.result
    #expect(reports.values.map(\.size) == [1, 2, 1])
    #expect(reports.values.map(\.key) == ["blocker", "a", "broken"])
    for wait in reports.values.flatMap(\.waits) { #expect(wait > .zero) }
  }
}
