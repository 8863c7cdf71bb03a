import Synchronization

/// Where the service is between its start and its end.
final class ServiceState: Sendable {
  enum Phase: String, Sendable, Encodable {
    case loading, ready, draining
    /// Models are served, but the one is not that is meant when a request names none.
    case degraded
  }

  private let state = Mutex<(translator: Translator?, isDraining: Bool)>((nil, false))

  var phase: Phase {
    state.withLock { state in
      if state.isDraining { return .draining }
      guard let catalog = state.translator?.models.catalog else { return .loading }
      return catalog.failedDefault == nil ? .ready : .degraded
    }
  }

  /// Nil while the models are being loaded.
  var translator: Translator? { state.withLock { $0.translator } }

  func becomeReady(with translator: Translator) { state.withLock { $0.translator = translator } }
  func beginDraining() { state.withLock { $0.isDraining = true } }
}
