/// What the registry knows of one model.
struct ModelRecord {
  /// The version that requests find.
  private(set) var served: LoadedModel?
  /// What the directory looked like when it was last loaded, or tried.
  private(set) var stamp: ModelStamp?
  private(set) var isLoading = false
  /// Why the latest version that was tried is not served.
  private(set) var failure: String?
  /// Versions that are not served any more, as long as a request has one.
  private var leaving: [Leaving] = []

  private struct Leaving {
    let version: String
    let directions: [WeakDirection]
  }

  private struct WeakDirection {
    weak var direction: LoadedDirection?
  }

  mutating func beginLoading(_ stamp: ModelStamp) {
    self.stamp = stamp
    isLoading = true
  }

  mutating func serve(_ model: LoadedModel) {
    leave()
    served = model
    failure = nil
    isLoading = false
  }

  /// What was served before stays.
  mutating func fail(_ reason: String) {
    failure = reason
    isLoading = false
  }

  /// Nothing came of it, and nobody is to blame.
  mutating func giveUp() { isLoading = false }

  mutating func unload() {
    leave()
    failure = nil
  }

  private mutating func leave() {
    leaving = leaving.filter { $0.directions.contains { $0.direction != nil } }
    guard let served else { return }
    leaving.append(
      Leaving(
        version: served.description.version,
        directions: (served.directions + served.directions.compactMap(\.judged)).map {
          WeakDirection(direction: $0)
        }
      ))
    self.served = nil
  }

  /// What there is to tell of each of its versions, the one that is served first.
  func statuses(name: String) -> [ModelStatus] {
    var statuses: [ModelStatus] = []
    if let served {
      statuses.append(
        ModelStatus(
          name: name, version: served.description.version,
          directions: served.description.directions.map(\.name), state: .ready,
          reason: failure.map { "a newer version was refused: \($0)" } ?? ""))
    }
    if isLoading { statuses.append(ModelStatus(name: name, state: .loading)) }
    for version in leaving where version.directions.contains(where: { $0.direction != nil }) {
      statuses.append(ModelStatus(name: name, version: version.version, state: .unloading))
    }
    if statuses.isEmpty {
      statuses.append(ModelStatus(name: name, state: .unavailable, reason: failure ?? "unloaded"))
    }
    return statuses
  }
}

/// Where one version of a model is between being loaded and being gone.
struct ModelStatus: Sendable, Equatable {
  /// The words of the Open Inference Protocol's model repository extension.
  enum State: String, Sendable, Encodable {
    case loading = "LOADING"
    case ready = "READY"
    case unloading = "UNLOADING"
    /// It could not be loaded, or was unloaded.
    case unavailable = "UNAVAILABLE"
  }

  let name: String
  /// Empty where it is not known.
  var version = ""
  /// Those that can be asked for.
  var directions: [String] = []
  let state: State
  var reason = ""
}
