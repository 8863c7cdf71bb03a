import Dispatch
import Synchronization

/// A bounded queue in front of work that is cheaper by the batch and must have the cores to itself.
///
/// Items wait in groups by key; one worker thread takes items of one group, at most `maxBatch`, and runs them together.
/// A group is ready when it can fill a batch, when its oldest item has waited `maxDelay`, or when the queue drains; which
/// of them goes next, and with which items, is told by `WaitingLine`.  With a `maxDelay` of zero a batch is whatever
/// waits when the worker becomes free.
///
/// The worker is a serial dispatch queue, not the cooperative pool: a batch blocks its thread for long.
public final class BatchQueue<Key: Hashable & Sendable, Input: Sendable, Output: Sendable>: Sendable {
  let maxQueue: Int
  private let run: @Sendable (Key, [Input]) throws -> [Output]
  private let observe: @Sendable (BatchReport<Key>) -> Void
  private let worker = DispatchQueue(label: "batch worker", qos: .userInitiated)
  private let state: Mutex<QueueState<Key, Input, Output>>

  /// - Parameters:
  ///   - maxBatch: most items of one call of `run`.
  ///   - maxQueue: most items waiting, those included for which a place is held; those in the running batch do not
  ///     count.
  ///   - maxDelay: how long the oldest item of a group may wait for company while the worker is free.
  ///   - observe: told of every batch that was run, on the worker's thread, before its items get their outputs.
  ///   - run: turns the inputs of a batch, all of one key, into as many outputs in their order.  An error it
  ///     throws reaches the items of that batch and no others.
  public init(
    maxBatch: Int, maxQueue: Int, maxDelay: Duration = .zero,
    observe: @escaping @Sendable (BatchReport<Key>) -> Void = { _ in },
    run: @escaping @Sendable (Key, [Input]) throws -> [Output]
  ) {
    precondition(maxBatch > 0 && maxQueue > 0 && maxDelay >= .zero)
    self.maxQueue = maxQueue
    state = Mutex(QueueState(line: WaitingLine(maxBatch: maxBatch, maxDelay: maxDelay)))
    self.observe = observe
    self.run = run
  }

  /// Items that wait now, and places held for others.
  public var depth: Int { state.withLock { $0.depth } }
  /// Items that wait now.
  public var waiting: Int { state.withLock { $0.line.count } }
  public var isFull: Bool { depth >= maxQueue }

  /// Holds a place for an item that is still to be made, so that what it costs to make is not spent in vain.
  /// - Throws: `full` or `draining`.
  public func reserve() throws(QueueError) -> Place {
    let refusal: QueueError? = state.withLock { state in
      if state.isDraining { return .draining }
      if state.depth >= maxQueue { return .full }
      state.reserved += 1
      return nil
    }
    if let refusal { throw refusal }
    return Place {
      self.state.withLock { $0.reserved -= 1 }
      // Whoever drains the queue may have been waiting for this.
      self.worker.async { self.runReadyBatches() }
    }
  }

  /// Waits for a batch and for the batch to be done.
  ///
  /// - Parameters:
  ///   - priority: in what order it goes, among all that wait.
  ///   - place: from `reserve()` of this queue; a queue that drains still takes what has one.
  /// - Throws: `CancellationError` the moment the task is cancelled — an item that still waits then leaves the queue,
  ///   the output of one that is being run is dropped —; or what `run` threw.
  /// - Precondition: the place has not been used.
  public func submit(
    _ input: Input, key: Key, priority: Priority = .first, place: Place
  ) async throws -> BatchedOutput<Output> {
    let id = state.withLock { $0.makeID() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isFirst = place.take()
        precondition(isFirst, "a place is for one item")
        let isCancelled = state.withLock { state in
          state.reserved -= 1
          // The handler below may have run before there was anything to settle; the flag was set before it.
          if Task.isCancelled { return true }
          // Under the lock, so that the line is in the order of arrival.
          state.append(
            .init(id: id, input: input, priority: priority, arrival: .now), key: key,
            continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        worker.async { self.runReadyBatches() }
      }
    } onCancel: {
      settle(id, with: .failure(CancellationError()))
    }
  }

  /// Takes nothing new from now on, and returns when everything that was waiting, or had a place, has been run.
  public func drain() async {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.isDraining = true
        state.drained.append(continuation)
      }
      worker.async { self.runReadyBatches() }
    }
  }

  /// Runs on the worker.  Every event that can make a batch ready calls it; a call too many finds nothing to do.
  private func runReadyBatches() {
    while let batch = state.withLock({ $0.line.takeBatch(now: .now, isDraining: $0.isDraining) }) {
      run(batch)
    }
    let (alarm, drained) = state.withLock { ($0.setAlarm(), $0.takeDrained()) }
    for continuation in drained { continuation.resume() }
    if let alarm {
      worker.asyncAfter(deadline: .now() + ContinuousClock.now.duration(to: alarm) / .seconds(1)) {
        self.state.withLock { $0.isAlarmSet = false }
        self.runReadyBatches()
      }
    }
  }

  private func run(_ batch: WaitingLine<Key, Input>.Batch) {
    let start = ContinuousClock.now
    let result = Result { try run(batch.key, batch.items.map(\.input)) }
    let ran = start.duration(to: .now)
    observe(BatchReport(key: batch.key, waits: batch.items.map { $0.arrival.duration(to: start) }, ran: ran))
    switch result {
    case .failure(let error):
      for item in batch.items { settle(item.id, with: .failure(error)) }
    case .success(let outputs):
      precondition(outputs.count == batch.items.count, "a batch gives one output for every input")
      for (item, output) in zip(batch.items, outputs) {
        let waited = item.arrival.duration(to: start)
        settle(
          item.id,
          with: .success(
            BatchedOutput(output: output, waited: waited, ran: ran, batchSize: outputs.count)))
      }
    }
  }

  /// Ends an item's wait; the first to do so wins, later ones find nothing.
  private func settle(_ id: UInt64, with result: Result<BatchedOutput<Output>, any Error>) {
    state.withLock { $0.remove(id) }?.resume(with: result)
  }
}
