import Dispatch
import Synchronization

/// Loads models on a thread of its own, since that reads files and keeps cores busy for seconds, which the cooperative
/// pool must not be kept from answering probes for.  It can be given up at any moment.
final class ModelLoader: Sendable {
  private struct State {
    var isGivenUp = false
    var waiting: CheckedContinuation<LoadedModels?, any Error>?
  }

  private let state = Mutex(State())

  /// - Parameter load: calls what it is handed between pieces of its work, and ends with what that throws.
  /// - Returns: nil, at once, when it is given up, while the thread comes to the end of its piece.
  func run(
    _ load: @escaping @Sendable (_ checkpoint: @escaping @Sendable () throws -> Void) throws -> LoadedModels
  ) async throws -> LoadedModels? {
    try await withCheckedThrowingContinuation { continuation in
      let isGivenUp = state.withLock { state in
        if !state.isGivenUp { state.waiting = continuation }
        return state.isGivenUp
      }
      if isGivenUp { return continuation.resume(returning: nil) }
      DispatchQueue(label: "model loading").async { [self] in
        let models = Result { try load { try self.check() } }
        takeWaiting()?.resume(with: models.map(Optional.some))
      }
    }
  }

  func giveUp() {
    state.withLock { $0.isGivenUp = true }
    takeWaiting()?.resume(returning: nil)
  }

  private func check() throws(CancellationError) {
    if state.withLock({ $0.isGivenUp }) { throw CancellationError() }
  }

  private func takeWaiting() -> CheckedContinuation<LoadedModels?, any Error>? {
    state.withLock { state in
      defer { state.waiting = nil }
      return state.waiting
    }
  }
}
