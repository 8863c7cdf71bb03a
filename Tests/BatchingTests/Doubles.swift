import Batching
import Dispatch
import Synchronization

/// Holds the worker inside a batch until the test has arranged what it wants to see.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func pass() { semaphore.wait() }
  func open(times: Int = 1) { for _ in 0..<times { semaphore.signal() } }
}

/// What a worker was given, in order.
final class Recorder<Value: Sendable>: Sendable {
  private let state = Mutex<[Value]>([])

  var values: [Value] { state.withLock { $0 } }
  func record(_ value: Value) { state.withLock { $0.append(value) } }
}

/// Gives other tasks the cores until the condition holds; the suite's time limit bounds it.
func until(_ condition: () -> Bool) async {
  while !condition() { await Task.yield() }
}

struct WorkerFailure: Error, Equatable { let batch: [Int] }

typealias IntQueue = BatchQueue<String, Int, Int>

extension BatchQueue {
  /// Takes a place and submits.
  func submit(_ input: Input, key: Key, priority: Priority = .first) async throws -> BatchedOutput<Output> {
    try await submit(input, key: key, priority: priority, place: try reserve())
  }
}

/// Starts a task that submits, and returns when the item is in the queue.
func submitting(
  _ input: Int, key: String = "a", priority: Priority = .first, to queue: IntQueue
) async -> Task<BatchedOutput<Int>, any Error> {
  let depth = queue.depth
  let task = Task { try await queue.submit(input, key: key, priority: priority) }
  await until { queue.depth == depth + 1 }
  return task
}

/// A queue whose worker is inside a first batch, of the one input -1 under the key "blocker", until the gate opens.
func blockedQueue(
  maxBatch: Int = 4, maxQueue: Int = 16, gate: Gate, batches: Recorder<[Int]>,
  observe: @escaping @Sendable (BatchReport<String>) -> Void = { _ in }
) async -> (queue: IntQueue, blocker: Task<BatchedOutput<Int>, any Error>) {
  let queue = IntQueue(maxBatch: maxBatch, maxQueue: maxQueue, observe: observe) { key, inputs in
    batches.record(inputs)
    if key == "blocker" { gate.pass() }
    if key == "broken" { throw WorkerFailure(batch: inputs) }
    return inputs.map { $0 * 10 }
  }
  let blocker = Task { try await queue.submit(-1, key: "blocker") }
  await until { batches.values == [[-1]] }
  return (queue, blocker)
}
