import HTTP
import HTTPTypes
import Kernels
import Logging

/// The service without its sockets: state, routes, and what they share.
final class TranslationService: Sendable {
  let state = ServiceState()
  let journal: RequestJournal
  let metrics: ServiceMetrics
  let instructionSet = InstructionSet.current.name
  private let configuration: ServiceConfiguration
  private let access: AccessControl
  private let router: Router

  init(configuration: ServiceConfiguration, logger: Logger) {
    self.configuration = configuration
    let results = ResultStore(
      maxCount: configuration.keptResults, maxBytes: configuration.keptResultBytes,
      lifetime: configuration.resultLifetime)
    metrics = ServiceMetrics(state: state, results: results, instructionSet: instructionSet)
    journal = RequestJournal(metrics: metrics, logger: logger)
    let access = AccessControl(configuration.access)
    self.access = access

    let translate = TranslateRoute(
      state: state, results: results, metrics: metrics, journal: journal, access: access, logger: logger,
      timeLimit: configuration.timeLimit, formLimits: configuration.form)
    let heatmap = HeatmapRoute(results: results)
    let status = StatusRoutes(state: state, metrics: metrics, instructionSet: instructionSet)
    var router = Router(logger: logger)
    router.post("/translate") { try await translate.answer($0) }
    router.get("/heatmap") { try heatmap.answer($0) }
    // What a shell makes of /heatmap/$ID while ID is empty.
    router.get("/heatmap/") { try heatmap.answer($0) }
    router.get("/heatmap/{id}") { try heatmap.answer($0) }
    router.get("/health") { _ in try status.health() }
    router.get("/health/live") { _ in try status.live() }
    router.get("/health/ready") { _ in try status.ready() }
    router.get("/metrics") { _ in status.metricsPage() }
    router.get("/models") { _ in try status.models() }
    router.get("/") { request in
      HelpRoute.answer(host: request.head.authority ?? "localhost:8080", needsKey: access.needsKey)
    }
    self.router = router
  }

  /// Takes translations from now on.
  func becomeReady(with models: LoadedModels) {
    let translator = Translator(
      models: models, queue: configuration.queue, decoding: configuration.decoding,
      // Weakly, for the metrics hold the state, and that the translator.
      observe: { [weak metrics] in metrics?.observe($0) })
    state.becomeReady(with: translator)
  }

  var queueDepth: Int { state.translator?.queueDepth ?? 0 }

  func respond(to request: Request) async -> Response {
    let address = access.address(of: request)
    let id = journal.open(request, from: address)
    var response = await answer(request, from: address)
    configuration.access.crossOrigin?.mark(&response, to: request)
    response.headerFields[.requestID] = id
    return response
  }

  private func answer(_ request: Request, from address: IPAddress?) async -> Response {
    if let answer = configuration.access.crossOrigin?.preflight(request) { return answer }
    do throws(AccessRefusal) {
      let caller = try access.caller(of: request, from: address)
      journal.note(caller, for: request.id)
      try access.count(request, of: caller)
    } catch {
      metrics.refusals.increment(error.cause.rawValue)
      return Response(error.problem)
    }
    return await router.respond(to: request)
  }
}
