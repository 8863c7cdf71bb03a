import DequeModule
import Synchronization

/// A number of bytes that uploads and pictures share: who needs memory takes a lease of it first.
///
/// Some of it is kept from leases that may last as long as a client likes, those of bodies that are arriving and of
/// answers that are being sent.  However slow clients are, there is then always room for one picture more to be
/// worked on, so what has arrived gets done.
final class MemoryBudget: Sendable {
  let limit: Int
  /// What long leases may have together.
  let limitOfLong: Int
  /// Bodies that have leases, and may have to give way.
  let arriving: ArrivingBodies
  private let state = Mutex(State())

  private struct State {
    var used = 0
    /// Of `used`, what long leases have.
    var usedLong = 0
    var waiters: Deque<Waiter> = []
    var lastID: UInt64 = 0
  }

  private struct Waiter {
    let id: UInt64
    let bytes: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  /// How long a lease may last.
  enum Term {
    /// As long as a client takes to send or to read.
    case long
    /// As long as a piece of work.
    case short
  }

  /// - Parameter keptForWork: what only short leases may have.
  /// - Precondition: `keptForWork` is not more than `limit`.
  init(limit: Int, keptForWork: Int, arriving: ArrivingBodies = ArrivingBodies()) {
    precondition(0 <= keptForWork && keptForWork <= limit)
    self.limit = limit
    self.arriving = arriving
    limitOfLong = limit - keptForWork
  }

  /// For a program that counts nothing.
  static var unlimited: MemoryBudget { MemoryBudget(limit: .max, keptForWork: 0) }

  var used: Int { state.withLock { $0.used } }
  /// Pieces of work that wait for memory.
  var waiting: Int { state.withLock { $0.waiters.count } }

  /// A lease for a body, nil where there is not so much now.
  func takeLong(_ bytes: Int) -> Lease? {
    change(by: bytes, long: bytes) ? Lease(self, bytes, .long) : nil
  }

  /// Bytes that have to become free before a long lease of so many can be taken.
  func shortage(ofLong bytes: Int) -> Int {
    state.withLock { max(0, $0.used - (limit - bytes), $0.usedLong - (limitOfLong - bytes)) }
  }

  /// A lease for a piece of work, first come, first served.
  ///
  /// - Throws: `CancellationError` the moment the task is cancelled.
  /// - Precondition: it is not more than `limit`.
  func waitForShort(_ bytes: Int) async throws -> Lease {
    precondition(bytes <= limit, "a lease that is larger than all there is would wait for ever")
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let result: Result<Void, any Error>? = state.withLock { state in
          // The handler below may have run before there was anything to take out; the flag was set before it.
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.waiters.isEmpty, state.used <= limit - bytes {
            state.used += bytes
            return .success(())
          }
          state.waiters.append(Waiter(id: id, bytes: bytes, continuation: continuation))
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
      }
      waiter?.continuation.resume(throwing: CancellationError())
      // Those behind it may fit where it did not.
      wake()
    }
    return Lease(self, bytes, .short)
  }

  /// - Parameters:
  ///   - bytes: how much more is used, negative for less.
  ///   - long: how much more of that by long leases.
  /// - Returns: whether there is so much; if not, nothing has changed.
  private func change(by bytes: Int, long: Int) -> Bool {
    let isThere = state.withLock { state in
      if bytes > 0, bytes > limit - state.used { return false }
      if long > 0, long > limitOfLong - state.usedLong { return false }
      state.used += bytes
      state.usedLong += long
      return true
    }
    if bytes < 0 { wake() }
    return isThere
  }

  /// Serves those who wait, as far as there is memory for the first of them.
  private func wake() {
    let served = state.withLock { state in
      var served: [Waiter] = []
      while let first = state.waiters.first, state.used <= limit - first.bytes {
        state.used += first.bytes
        served.append(state.waiters.removeFirst())
      }
      return served
    }
    for waiter in served { waiter.continuation.resume() }
  }

  /// Some of the memory, until nobody refers to it any more.
  final class Lease: Sendable {
    private let budget: MemoryBudget
    private let content: Mutex<(bytes: Int, term: Term)>

    fileprivate init(_ budget: MemoryBudget, _ bytes: Int, _ term: Term) {
      self.budget = budget
      content = Mutex((bytes, term))
    }

    deinit { _ = resize(to: 0, term: nil) }

    var bytes: Int { content.withLock { $0.bytes } }

    /// - Returns: whether there is so much; a smaller size there always is.
    func resize(to bytes: Int) -> Bool { resize(to: bytes, term: nil) }

    /// Makes the lease of a piece of work that of its result, which lasts as long as a client takes to read it.
    ///
    /// - Returns: whether there is so much for long leases; if not, nothing has changed.
    func keep(_ bytes: Int) -> Bool { resize(to: bytes, term: .long) }

    private func resize(to bytes: Int, term: Term?) -> Bool {
      content.withLock { content in
        let term = term ?? content.term
        let long = (term == .long ? bytes : 0) - (content.term == .long ? content.bytes : 0)
        guard budget.change(by: bytes - content.bytes, long: long) else { return false }
        content = (bytes, term)
        return true
      }
    }

    /// A lease for some of it, which is taken out of this one.
    /// - Precondition: it has so much.
    func split(_ bytes: Int) -> Lease {
      let term = content.withLock { content in
        precondition(bytes <= content.bytes, "a lease has no more than it has")
        content.bytes -= bytes
        return content.term
      }
      return Lease(budget, bytes, term)
    }
  }
}
