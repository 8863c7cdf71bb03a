import Batching
import Synchronization
import Testing

@Suite("Threads for long work", .timeLimit(.minutes(1)))
struct BoundedExecutorTests {
  /// An executor of one thread, which is held until the gate opens.
  private func blocked(maxWaiting: Int = 8, gate: Gate) async -> (BoundedExecutor, Task<Void, any Error>) {
    let executor = BoundedExecutor(label: "test", width: 1, maxWaiting: maxWaiting)
    let begun = Recorder<Bool>()
    let blocker = Task {
      _ = try await executor.run {
        begun.record(true)
        gate.pass()
      }
    }
    await until { !begun.values.isEmpty }
    return (executor, blocker)
  }

  private func waiting<Value: Sendable>(
    _ executor: BoundedExecutor, _ work: @escaping @Sendable () throws -> Value
  ) async -> Task<TimedValue<Value>, any Error> {
    let before = executor.waiting
    let task = Task { try await executor.run(work) }
    await until { executor.waiting == before + 1 }
    return task
  }

  @Test("What waits is run in the order of its arrival, and told how long it waited")
  func order() async throws {
    let gate = Gate()
    let (executor, blocker) = await blocked(gate: gate)
    let done = Recorder<Int>()
    var tasks: [Task<TimedValue<Int>, any Error>] = []
    for number in 0..<5 {
      tasks.append(
        await waiting(executor) {
          done.record(number)
          return number
        })
    }
    gate.open()
    try await blocker.value
    for (number, task) in tasks.enumerated() {
      let result = try await task.value
      #expect(result.value == number && result.waited > .zero && result.ran >= .zero)
    }
    #expect(done.values == [0, 1, 2, 3, 4])
    #expect(executor.waiting == 0)
  }

  @Test("Waiting for a thread and running on it are told apart")
  func times() async throws {
    let (first, second) = (Gate(), Gate())
    let begun = Recorder<ContinuousClock.Instant>()
    let (executor, blocker) = await blocked(gate: first)
    let start = ContinuousClock.now
    let task = await waiting(executor) {
      begun.record(.now)
      second.pass()
    }
    first.open()
    try await blocker.value
    await until { !begun.values.isEmpty }
    // It runs for longer than it can have waited.
    let seen = ContinuousClock.now
    await until { seen.duration(to: .now) > start.duration(to: seen) }
    let ran = seen.duration(to: .now)
    second.open()
    let times = try await task.value
    #expect(times.waited > .zero && times.waited <= start.duration(to: seen))
    #expect(times.ran >= ran)
  }

  @Test("No more run at once than there are threads, and all threads are used", arguments: [1, 2, 3])
  func width(width: Int) async throws {
    let executor = BoundedExecutor(label: "test", width: width, maxWaiting: 100)
    let count = Running()
    let gate = Gate()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          _ = try await executor.run {
            count.begin()
            gate.pass()
            count.end()
          }
        }
      }
      await until { count.now == width && executor.waiting == 20 - width }
      gate.open(times: 20)
      try await group.waitForAll()
    }
    #expect(count.most == width)
  }

  /// How many run at once.
  private final class Running: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var now: Int { counts.withLock { $0.now } }
    var most: Int { counts.withLock { $0.most } }

    func begin() {
      counts.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
      }
    }

    func end() { counts.withLock { $0.now -= 1 } }
  }

  @Test("A full line refuses at once")
  func full() async throws {
    let gate = Gate()
    let (executor, blocker) = await blocked(maxWaiting: 1, gate: gate)
    let kept = await waiting(executor) { 1 }
    // The thread is blocked: an answer proves that nobody waited for it.
    await #expect(throws: QueueError.full) { try await executor.run { 2 } }
    gate.open()
    try await blocker.value
    #expect(try await kept.value.value == 1)
    #expect(try await executor.run { 3 }.value == 3)
  }

  @Test("Cancelled work leaves the line at once and is never run")
  func cancelledWaiting() async throws {
    let gate = Gate()
    let (executor, blocker) = await blocked(gate: gate)
    let done = Recorder<Int>()
    let gone = await waiting(executor) { done.record(1) }
    gone.cancel()
    await #expect(throws: CancellationError.self) { try await gone.value }
    #expect(executor.waiting == 0)
    gate.open()
    try await blocker.value
    _ = try await executor.run { done.record(2) }
    #expect(done.values == [2])
  }

  @Test("Cancelling work that runs answers its caller at once")
  func cancelledRunning() async throws {
    let gate = Gate()
    let (executor, blocker) = await blocked(gate: gate)
    blocker.cancel()
    await #expect(throws: CancellationError.self) { try await blocker.value }
    let next = await waiting(executor) { 1 }
    gate.open()
    #expect(try await next.value.value == 1)
  }

  @Test("A task that is cancelled before is refused, and an error reaches its caller alone")
  func failures() async throws {
    let executor = BoundedExecutor(label: "test", width: 1, maxWaiting: 1)
    let task = Task {
      await until { Task.isCancelled }
      _ = try await executor.run { Issue.record("run") }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    await #expect(throws: WorkerFailure(batch: [])) {
      try await executor.run { throw WorkerFailure(batch: []) }
    }
    #expect(try await executor.run { 1 }.value == 1)
  }
}
