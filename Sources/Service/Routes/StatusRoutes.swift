import HTTP
import HTTPTypes

/// What operators and their tools ask: health, metrics, models, and how to use all this.
struct StatusRoutes: Sendable {
  let state: ServiceState
  let metrics: ServiceMetrics
  let instructionSet: String
  private let start = ContinuousClock.now

  init(state: ServiceState, metrics: ServiceMetrics, instructionSet: String) {
    self.state = state
    self.metrics = metrics
    self.instructionSet = instructionSet
  }

  /// `GET /health`: 200 whatever the phase, since whoever reads it wants the summary.
  func health() throws -> Response {
    try Response(
      json: Health(
        status: state.phase, version: Version.current, isa: instructionSet,
        uptimeSeconds: start.duration(to: .now).seconds.rounded(),
        models: state.translator?.models.catalog.models.map(\.name) ?? [],
        failed: state.translator?.models.catalog.failed ?? [],
        queueDepth: state.translator?.queue.depth ?? 0))
  }

  /// `GET /health/live`: the process answers, and that is all it says.
  func live() throws -> Response { try Response(json: ["status": "alive"]) }

  /// `GET /health/ready`: 200 when a translation would be taken, 503 otherwise.
  func ready() throws -> Response {
    switch state.phase {
    case .ready: return try Response(json: ["status": ServiceState.Phase.ready])
    case .loading: throw Problem.loading
    case .degraded:
      guard let failure = state.translator?.models.catalog.failedDefault else { throw Problem.loading }
      throw Problem.failedModel(failure)
    case .draining: throw Problem.draining
    }
  }

  func metricsPage() -> Response {
    Response(contentType: Exposition.contentType, body: Array(metrics.exposition().utf8))
  }

  func models() throws -> Response {
    guard let catalog = state.translator?.models.catalog else { throw Problem.loading }
    return try Response(
      json: Models(models: catalog.models, failed: catalog.failed, defaultModel: catalog.defaultModel))
  }

  private struct Health: Encodable {
    let status: ServiceState.Phase
    let version: String
    let isa: String
    let uptimeSeconds: Double
    let models: [String]
    let failed: [FailedModel]
    let queueDepth: Int

    private enum CodingKeys: String, CodingKey {
      case status, version, isa, models, failed
      case uptimeSeconds = "uptime_seconds"
      case queueDepth = "queue_depth"
    }
  }

  private struct Models: Encodable {
    let models: [ModelDescription]
    let failed: [FailedModel]
    let defaultModel: String?

    private enum CodingKeys: String, CodingKey {
      case models, failed
      case defaultModel = "default_model"
    }
  }
}
