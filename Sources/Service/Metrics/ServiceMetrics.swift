import Batching
import HTTP
import Images
import Synchronization

/// Everything that `GET /metrics` tells.
final class ServiceMetrics: Sendable {
  let requests = Counter(
    "ugatit_http_requests_total", "Requests answered.", labels: ["route", "method", "status"])
  let keyRequests = Counter(
    "ugatit_key_requests_total", "Requests answered to the holders of keys, by the name of the key.",
    labels: ["key", "method", "status"])
  let requestSeconds = Histogram(
    "ugatit_http_request_seconds", "From a request's header to the end of its answer.", labels: ["route"],
    bounds: [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
  let answerSeconds = Histogram(
    "ugatit_http_answer_seconds",
    "The server's own part of that: from the last bytes it waited for to the end of its answer.",
    labels: ["kind"],
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    expected: AnswerKind.allCases.map { [$0.rawValue] })
  let requestBytes = Counter("ugatit_http_request_bytes_total", "Bytes of request bodies received.")
  let responseBytes = Counter("ugatit_http_response_bytes_total", "Bytes of response bodies sent.")
  let refusals = Counter(
    "ugatit_http_refusals_total", "Requests refused, and connections refused or closed, by reason.",
    labels: ["reason"],
    expected: RefusalReason.allCases.map { [$0.rawValue] } + RefusalCause.allCases.map { [$0.rawValue] })
  let connections = Counter("ugatit_http_connections_total", "Connections accepted.")
  let images = Counter(
    "ugatit_images_total", "Images translated, or why not: the status of its problem.",
    labels: ["model", "direction", "result"])
  let profiles = Counter(
    "ugatit_colour_profiles_total", "Pictures that had a colour profile, by what became of it.",
    labels: ["result"],
    expected: ProfileOutcome.allCases.filter { $0 != .none }.map { [$0.rawValue] })
  let stageSeconds = Histogram(
    "ugatit_stage_seconds", "What requests and their images spent in each stage on their way to the answer.",
    labels: ["stage", "model", "direction"],
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
  let batchSize = Histogram(
    "ugatit_batch_size", "Images of a batch.", bounds: [1, 2, 4, 8, 16, 32])
  let inferenceSeconds = Histogram(
    "ugatit_inference_seconds", "Time the network took for a batch.", labels: ["model", "direction"],
    bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

  let openConnections = OpenCount()
  private let observed: [any MetricFamily]

  /// - Parameters:
  ///   - state: asked for the queue and the models when somebody looks.
  ///   - results: the store whose size is told.
  ///   - log: where the log goes, whose dropped lines are told; nil where none are.
  init(state: ServiceState, results: ResultStore, instructionSet: String, log: LogWriter?) {
    observed =
      [
        Gauge("ugatit_http_open_connections", "Connections open now.") { [openConnections] in
          Double(openConnections.value.load(ordering: .relaxed))
        },
        Gauge("ugatit_queue_depth", "Images that wait, for a decoder or for a batch.") {
          Double(state.translator?.queue.depth ?? 0)
        },
        Gauge("ugatit_upload_memory_bytes", "Memory that uploads, pictures being worked on and answers have.")
        {
          Double(state.translator?.pictures.budget.used ?? 0)
        },
        Gauge("ugatit_memory_limit_bytes", "Memory that the process may have, where that is limited.") {
          state.memory?.limit.map(Double.init)
        },
        Gauge(
          "ugatit_memory_part_limit_bytes", "Memory that each part of the process may have.",
          samples: { state.memory?.metricSamples ?? [] }),
        Gauge(
          "ugatit_memory_part_reserved_bytes", "Of that, what is reserved now.",
          samples: {
            [
              ([("part", MemoryDivision.Part.results.rawValue)], Double(results.byteCount)),
              (
                [("part", MemoryDivision.Part.uploads.rawValue)],
                Double(state.translator?.pictures.budget.used ?? 0)
              ),
            ]
          }),
        Gauge("ugatit_ready", "1 when translations are accepted.") { state.phase == .ready ? 1 : 0 },
        Gauge("ugatit_models_failed", "Models that are there, but could not be loaded.") {
          Double(state.translator?.models.catalog.failed.count ?? 0)
        },
        Gauge("ugatit_results_kept", "Translations whose heatmap can be asked for.") {
          Double(results.count)
        },
        Gauge("ugatit_results_kept_bytes", "Memory of these.") { Double(results.byteCount) },
        Gauge(
          "ugatit_log_lines_dropped_total", "Lines of the log that nobody read in time.", type: "counter"
        ) { Double(log?.droppedLines ?? 0) },
        Gauge(
          "ugatit_build_info", "Always 1; what runs.",
          samples: { [([("version", Version.current), ("isa", instructionSet)], 1)] }),
        Gauge(
          "ugatit_model_info", "Always 1 for each direction of each model that is loaded.",
          samples: { state.translator?.models.catalog.metricSamples ?? [] }),
      ] + ProcessMetrics.families()
  }

  func observe(_ report: BatchReport<BatchKey>) {
    batchSize.observe(Double(report.size))
    let key = report.key.direction.key
    inferenceSeconds.observe(report.ran.seconds, key.model, key.direction)
  }

  /// Counts what became of a picture's colour profile, if it had one.
  func count(_ profile: ProfileOutcome) {
    if profile != .none { profiles.increment(profile.rawValue) }
  }

  /// What becomes of an image: its answer, nobody who waits for it any more, or the status of its problem.
  private static let imageResults = ["ok", "cancelled", "400", "415", "422", "500", "503", "504"]

  /// Has everything that is told of these models there from now on.
  func expect(_ models: ModelCatalog) {
    let directions = models.models.flatMap { model in model.directions.map { [model.name, $0.name] } }
    images.expect(directions.flatMap { direction in Self.imageResults.map { direction + [$0] } })
    inferenceSeconds.expect(directions)
    stageSeconds.expect(
      directions.flatMap { direction in Stage.allCases.map { [$0.rawValue] + direction } })
  }

  /// Has what is told of these routes there from now on, as far as it is known before: that they answer, and what alarms
  /// look for.
  func expect(_ routes: [RegisteredRoute<RoutePolicy>]) {
    for status in ["200", "500", "503"] {
      requests.expect(routes.map { [$0.pattern, $0.method.rawValue, status] })
    }
    requestSeconds.expect(Set(routes.map(\.pattern)).sorted().map { [$0] } + [["none"]])
  }

  /// Tells where the time of a request's images goes, on one direction of a model.
  func watch(_ key: ModelKey, for context: RequestContext) -> StageWatch {
    StageWatch { [stageSeconds] stage, duration in
      stageSeconds.observe(duration.seconds, stage.rawValue, key.model, key.direction)
      context.note(duration, in: stage)
    }
  }

  /// What takes images now, unless nothing does, which is counted.
  func admitted(to state: ServiceState) throws(Problem) -> Translator {
    guard !state.isHurried else { throw counted(.draining, .draining) }
    guard let translator = state.translator else { throw counted(.loading, .loading) }
    guard !translator.queue.isFull else {
      throw counted(.queueFull, .queueFull(backlog: translator.queue.backlog))
    }
    return translator
  }

  /// Counts a refusal, and hands its problem on.
  func counted(_ cause: RefusalCause, _ problem: Problem) -> Problem {
    refusals.increment(cause.rawValue)
    return problem
  }

  func exposition() -> String {
    let counted: [any MetricFamily] = [
      requests, keyRequests, requestSeconds, answerSeconds, requestBytes, responseBytes, refusals,
      connections, images, profiles, stageSeconds, batchSize, inferenceSeconds,
    ]
    return Exposition.text(of: counted + observed)
  }
}

/// A number of things that come and go.
final class OpenCount: Sendable {
  let value = Atomic<Int>(0)
}

extension MemoryDivision {
  fileprivate var metricSamples: [(labels: [(String, String)], value: Double)] {
    Part.allCases.map { ([("part", $0.rawValue)], Double(self[$0])) }
  }
}

extension ModelCatalog {
  fileprivate var metricSamples: [(labels: [(String, String)], value: Double)] {
    models.flatMap { model in
      model.directions.map { direction in
        (
          [
            ("model", model.name), ("direction", direction.name), ("variant", model.variant),
            ("size", "\(model.imageWidth)x\(model.imageHeight)"), ("precision", model.precision),
          ], 1.0
        )
      }
    }
  }
}
