import Dispatch
import Synchronization

/// Loads models on a thread of its own, since that reads files and keeps cores busy for seconds, which the cooperative
/// pool must not be kept from answering probes for.  It can be given up at any moment.
final class ModelLoader: Sendable {
  private struct State {
    var isGivenUp = false
    /// Tells who waits that nothing comes.
    var disappoint: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// - Parameter load: calls what it is handed between pieces of its work, and ends with what that throws.
  /// - Returns: nil, at once, when it is given up, while the thread comes to the end of its piece.
  /// - Precondition: one at a time.
  func run<Value: Sendable>(
    _ load: @escaping @Sendable (_ checkpoint: @escaping @Sendable () throws -> Void) throws -> Value
  ) async throws -> Value? {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value?, any Error>) in
      let isGivenUp = state.withLock { state in
        precondition(state.disappoint == nil, "one load at a time")
        if !state.isGivenUp { state.disappoint = { continuation.resume(returning: nil) } }
        return state.isGivenUp
      }
      if isGivenUp { return continuation.resume(returning: nil) }
      DispatchQueue(label: "model loading").async { [self] in
        let result = Result { try load { try self.check() } }
        // Whoever takes it out is the one who answers.
        if takeWaiting() != nil { continuation.resume(with: result.map(Optional.some)) }
      }
    }
  }

  /// Ends what is being loaded, and all that would be later.
  func giveUp() {
    state.withLock { $0.isGivenUp = true }
    takeWaiting()?()
  }

  private func check() throws(CancellationError) {
    if state.withLock({ $0.isGivenUp }) { throw CancellationError() }
  }

  private func takeWaiting() -> (@Sendable () -> Void)? {
    state.withLock { state in
      defer { state.disappoint = nil }
      return state.disappoint
    }
  }
}
