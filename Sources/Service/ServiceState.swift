import Synchronization

/// Where the service is between its start and its end.
final class ServiceState: Sendable {
  enum Phase: String, Sendable, Encodable {
    case loading, ready, draining
  }

  private let state = Mutex<(translator: Translator?, isDraining: Bool)>((nil, false))

  var phase: Phase {
    state.withLock { $0.isDraining ? .draining : $0.translator == nil ? .loading : .ready }
  }

  /// Nil while the models are being loaded.
  var translator: Translator? { state.withLock { $0.translator } }

  func becomeReady(with translator: Translator) { state.withLock { $0.translator = translator } }
  func beginDraining() { state.withLock { $0.isDraining = true } }
}
