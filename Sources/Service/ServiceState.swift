import Synchronization

/// Where the service is between its start and its end.
final class ServiceState: Sendable {
  enum Phase: String, Sendable, Encodable {
    case loading, ready, draining
    /// Models are served, but the one is not that is meant when a request names none.
    case degraded
  }

  private let division = Mutex<MemoryDivision?>(nil)
  private struct State {
    var translator: Translator?
    var isDraining = false
    var isHurried = false
  }

  private let state = Mutex(State())

  var phase: Phase {
    state.withLock { state in
      if state.isDraining { return .draining }
      guard let catalog = state.translator?.models.catalog else { return .loading }
      return catalog.failedDefault == nil ? .ready : .degraded
    }
  }

  /// Nil while the models are being loaded.
  var translator: Translator? { state.withLock { $0.translator } }

  /// Whether nothing new is begun.  That it drains is no reason: whoever is still connected would lose what they sent.
  var isHurried: Bool { state.withLock { $0.isHurried } }

  /// Nil until the models have been loaded.
  var memory: MemoryDivision? {
    get { division.withLock { $0 } }
    set { division.withLock { $0 = newValue } }
  }

  func becomeReady(with translator: Translator) { state.withLock { $0.translator = translator } }
  func beginDraining() { state.withLock { $0.isDraining = true } }
  func hurry() { state.withLock { $0.isHurried = true } }
}
