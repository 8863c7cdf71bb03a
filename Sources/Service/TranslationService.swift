import HTTP
import HTTPTypes
import Kernels
import Logging

/// The service without its sockets: state, routes, and what they share.
final class TranslationService: Sendable {
  let state = ServiceState()
  let journal: RequestJournal
  let metrics: ServiceMetrics
  let registry: ModelRegistry
  let instructionSet = InstructionSet.current.name
  private let configuration: ServiceConfiguration
  private let access: AccessControl
  private let results: ResultStore
  let router: Router<RequestContext, RoutePolicy>
  private let logger: Logger

  /// - Parameter log: where the logger's lines go, if that drops any.
  init(configuration: ServiceConfiguration, logger: Logger, log: LogWriter? = nil) {
    self.configuration = configuration
    self.logger = logger
    registry = ModelRegistry(configuration, logger: logger)
    results = ResultStore(
      maxCount: configuration.keptResults, maxBytes: configuration.keptResultBytes,
      lifetime: configuration.resultLifetime)
    metrics = ServiceMetrics(state: state, results: results, instructionSet: instructionSet, log: log)
    journal = RequestJournal(
      metrics: metrics, logger: logger, slowTime: configuration.slowRequestTime)
    let access = AccessControl(configuration.access)
    self.access = access

    let (state, metrics) = (self.state, self.metrics)
    func pictures<Parameters>(_ make: @escaping PictureRoute<Parameters>.Make) -> PictureRoute<Parameters> {
      PictureRoute(
        state: state, metrics: metrics, access: access, timeLimit: configuration.timeLimit,
        formLimits: configuration.form, make: make)
    }
    let translate = pictures(TranslateRoute(results: results, metrics: metrics).make)
    let heatmap = pictures(HeatmapRoute(metrics: metrics).make)
    let kept = KeptHeatmapRoute(state: state, results: results, timeLimit: configuration.timeLimit)
    let infer = InferRoute(state: state, metrics: metrics, access: access, timeLimit: configuration.timeLimit)
    let inference = ProtocolRoutes(state: state, registry: registry, limits: configuration.queue)
    let status = StatusRoutes(state: state, metrics: metrics, instructionSet: instructionSet)
    var router = Router<RequestContext, RoutePolicy>(otherwise: .metered)
    router.on("/translate", .translation, [.post: { try await translate.answer($0, $1) }])
    // The second is what a shell makes of /heatmap/$ID while ID is empty.
    for pattern in ["/heatmap", "/heatmap/", "/heatmap/{id}"] {
      router.on(pattern, .metered, [.get: { try await kept.answer($0, $1) }])
    }
    router.on("/heatmap", .translation, [.post: { try await heatmap.answer($0, $1) }])
    router.on("/v2/health/live", .probe, [.get: { _, _ in try inference.live() }])
    router.on("/v2/health/ready", .probe, [.get: { _, _ in try inference.ready() }])
    for pattern in ["/v2", "/v2/"] {
      router.on(pattern, .metered, [.get: { _, _ in try inference.server() }])
    }
    router.on("/v2/models", .metered, [.get: { _, _ in try inference.models() }])
    router.on("/v2/models/stats", .operators, [.get: { _, _ in try inference.allStatistics() }])
    for model in ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"] {
      router.on(model, .metered, [.get: { request, _ in try inference.metadata(request) }])
      router.on("\(model)/ready", .metered, [.get: { request, _ in try inference.modelReady(request) }])
      router.on("\(model)/config", .metered, [.get: { request, _ in try inference.configuration(request) }])
      router.on("\(model)/stats", .operators, [.get: { request, _ in try inference.statistics(request) }])
      router.on("\(model)/infer", .translation, [.post: { try await infer.answer($0, $1) }])
    }
    router.on(
      "/v2/repository/index", .operators, [.post: { request, _ in try await inference.index(request) }])
    router.on(
      "/v2/repository/models/{model}/load", .administrators,
      [.post: { request, _ in try await inference.load(request) }])
    router.on(
      "/v2/repository/models/{model}/unload", .administrators,
      [.post: { request, _ in try await inference.unload(request) }])
    router.on("/models", .metered, [.get: { _, _ in try status.models() }])
    router.on("/metrics", .operators, [.get: { _, _ in status.metricsPage() }])
    router.on("/health", .probe, [.get: { _, _ in try status.health() }])
    router.on("/health/live", .probe, [.get: { _, _ in try status.live() }])
    router.on("/health/ready", .probe, [.get: { _, _ in try status.ready() }])
    let pages = PageRoutes(needsKey: access.needsKey)
    router.on("/", .page, [.get: { request, _ in pages.home(request) }])
    router.on("/docs", .page, [.get: { request, _ in pages.docs(request) }])
    router.on("/openapi.json", .page, [.get: { request, _ in pages.openAPI(request) }])
    router.on("/page/{file}", .page, [.get: { request, _ in try pages.part(request) }])
    self.router = router
    metrics.expect(router.registered)
  }

  /// Loads the models, divides the memory that is left, and takes translations on what the registry publishes from then
  /// on.
  ///
  /// - Returns: nil where it was given up.
  /// - Throws: as `ModelRegistry.start`; `MemoryShortage`.
  func loadModels() async throws -> LoadedModels? {
    try await registry.start { [state, configuration, logger] limit, models in
      ProcessMemory.trim()
      let division = try MemoryDivision(
        configuration, limit: limit, measured: ProcessMemory.anonymousBytes ?? 0,
        models: models.catalog.models)
      logger.info("memory", metadata: division.logged)
      state.memory = division
      return division[.sizes]
    } publish: { [weak self] models in
      guard let self else { return }
      metrics.expect(models.catalog)
      if let translator = state.translator {
        translator.serve(models)
      } else {
        becomeReady(with: models, memory: state.memory)
      }
    }
  }

  /// Takes translations from now on.
  ///
  /// - Parameter memory: how it is divided; without one, as the configuration says.
  func becomeReady(with models: LoadedModels, memory: MemoryDivision? = nil) {
    metrics.expect(models.catalog)
    if let memory { results.limit(bytes: memory[.results]) }
    let uploads =
      memory?[.uploads] ?? configuration.uploadMemory ?? ServiceConfiguration.standardUploadMemory
    let budget = MemoryBudget(limit: uploads, keptForWork: uploads / 2)
    let translator = Translator(
      models: models,
      pictures: ImagePipeline(
        limits: configuration.decoding, budget: budget, width: Processors.available,
        maxWaiting: ImagePipeline.maxWaiting(configuration.queue)),
      queue: InferenceQueue(
        configuration.queue,
        // Weakly, for the metrics hold the state, and that the translator.
        observe: { [weak metrics] in metrics?.observe($0) }))
    state.becomeReady(with: translator)
  }

  var queueDepth: Int { state.translator?.queue.depth ?? 0 }

  /// Decides from its header alone whether and by whom a request is answered.
  func responder(to request: Request) -> Responder {
    let routing = router.route(request)
    let address = access.address(of: request)
    if let answer = configuration.access.crossOrigin?.preflight(request, allow: routing.allow) {
      return responder(request, routing, Caller(address: address, keyName: nil)) { _ in answer }
    }
    let admission = access.admit(request, from: address, routing.policy)
    return responder(request, routing, admission.caller) { [metrics] context in
      guard let refusal = admission.refusal else {
        return await routing.respond(in: context, logger: context.logger)
      }
      metrics.refusals.increment(refusal.cause.rawValue)
      return Response(refusal.problem)
    }
  }

  private func responder(
    _ request: Request, _ routing: Routing<RequestContext, RoutePolicy>, _ caller: Caller,
    answer: @escaping @Sendable (RequestContext) async -> Response
  ) -> Responder {
    let context = RequestContext(
      request, purpose: routing.policy.purpose, caller: caller, logger: logger)
    return Responder { [crossOrigin = configuration.access.crossOrigin] in
      var response = await answer(context)
      crossOrigin?.mark(&response, to: request)
      response.headerFields[.requestID] = context.id
      if let trace = context.trace {
        // Level 1 has no field for answers: under the name that the client sent, and under that of later drafts.
        response.headerFields[.traceParent] = trace.text
        response.headerFields[.traceResponse] = trace.text
      }
      response.add(routing.policy.securityFields)
      return response
    } finished: { [journal] record in
      journal.finished(record, context)
    }
  }
}

extension Response {
  /// Adds the fields that the answer has none of yet.
  fileprivate mutating func add(_ fields: HTTPFields) {
    for field in fields where !headerFields.contains(field.name) { headerFields[field.name] = field.value }
  }
}
