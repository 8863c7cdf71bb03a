import DequeModule
import Dispatch
import Synchronization

/// A few threads with a bounded line in front of them, first come, first served.
///
/// It is for work that computes for long, such as decoding a picture.  On Swift's cooperative pool, which has one thread
/// for each processor, two such works would hold up every handler of a small machine, those that answer health checks
/// too.
public final class BoundedExecutor: Sendable {
  /// Threads that work at most.
  public let width: Int
  private let maxWaiting: Int
  private let threads: DispatchQueue
  private let state = Mutex(State())

  private struct State {
    var waiting: Deque<Item> = []
    var running = 0
    var lastID: UInt64 = 0
  }

  private struct Item {
    let id: UInt64
    let run: @Sendable () -> Void
    let refuse: @Sendable (any Error) -> Void
  }

  /// - Parameter maxWaiting: works that wait for a thread at most.
  public init(label: String, width: Int, maxWaiting: Int) {
    precondition(width > 0 && maxWaiting >= 0)
    self.width = width
    self.maxWaiting = maxWaiting
    threads = DispatchQueue(label: label, attributes: .concurrent)
  }

  /// Works that wait for a thread now.
  public var waiting: Int { state.withLock { $0.waiting.count } }

  /// Waits for a thread and runs `work` on it.
  ///
  /// - Throws: at once `QueueError.full`; `CancellationError` the moment the task is cancelled — work that still
  ///   waits then leaves the line, the result of one that runs is dropped —; or what `work` throws.
  public func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> TimedValue<Value> {
    let arrival = ContinuousClock.now
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    let caller = SingleCaller<TimedValue<Value>>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        caller.wait(continuation)
        let item = Item(id: id) {
          let start = ContinuousClock.now
          caller.resume(
            with: Result {
              let value = try work()
              return TimedValue(
                value: value, waited: arrival.duration(to: start), ran: start.duration(to: .now))
            })
        } refuse: { error in
          caller.resume(with: .failure(error))
        }
        admit(item)
      }
    } onCancel: {
      state.withLock { state in
        if let index = state.waiting.firstIndex(where: { $0.id == id }) { state.waiting.remove(at: index) }
      }
      caller.resume(with: .failure(CancellationError()))
    }
  }

  private func admit(_ item: Item) {
    enum Admission { case starts, waits, refused(any Error) }
    let admission: Admission = state.withLock { state in
      // The cancellation handler may have run before there was anything to take out; the flag was set before it.
      if Task.isCancelled { return .refused(CancellationError()) }
      if state.running < width {
        state.running += 1
        return .starts
      }
      if state.waiting.count >= maxWaiting { return .refused(QueueError.full) }
      state.waiting.append(item)
      return .waits
    }
    switch admission {
    case .starts: threads.async { self.work(beginningWith: item) }
    case .waits: break
    case .refused(let error): item.refuse(error)
    }
  }

  /// Runs on one of the threads, until nothing waits.
  private func work(beginningWith first: Item) {
    var next: Item? = first
    while let item = next {
      item.run()
      next = state.withLock { state in
        if state.waiting.isEmpty { state.running -= 1 }
        return state.waiting.popFirst()
      }
    }
  }
}

/// What a piece of work gave, and what it took.
public struct TimedValue<Value: Sendable>: Sendable {
  public let value: Value
  /// For a thread.
  public let waited: Duration
  public let ran: Duration

  public init(value: Value, waited: Duration, ran: Duration) {
    self.value = value
    self.waited = waited
    self.ran = ran
  }
}

/// A caller who is answered once: whoever comes first wins.
private final class SingleCaller<Value: Sendable>: Sendable {
  private let continuation = Mutex<CheckedContinuation<Value, any Error>?>(nil)

  func wait(_ caller: CheckedContinuation<Value, any Error>) { continuation.withLock { $0 = caller } }

  func resume(with result: Result<Value, any Error>) {
    let caller = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    caller?.resume(with: result)
  }
}
