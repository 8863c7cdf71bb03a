import Synchronization

/// Keeps what became of the pictures, so that an interruption finds it true at any moment.
final class TranslationLedger: Sendable {
  private struct State {
    var report = TranslationReport()
    var isSealed = false
  }

  private let state = Mutex(State())

  var report: TranslationReport { state.withLock { $0.report } }

  func update(_ change: (inout TranslationReport) -> Void) {
    state.withLock { state in change(&state.report) }
  }

  /// - Parameter finish: puts a picture's results into their places; they are there exactly when the ledger says so.
  /// - Throws: what `finish` throws, and `CancellationError` once the ledger is sealed.
  func record(_ outcome: TranslationOutcome, at index: Int, _ finish: () throws -> Void = {}) throws {
    try state.withLock { state in
      if state.isSealed { throw CancellationError() }
      try finish()
      state.report.outcomes[index] = outcome
    }
  }

  /// Nothing changes from now on.
  /// - Returns: what was done.
  func seal() -> TranslationReport {
    state.withLock { state in
      state.isSealed = true
      state.report.isInterrupted = true
      return state.report
    }
  }
}
