import Batching
import HTTP
import HTTPTypes

/// `POST /translate`.
struct TranslateRoute: Sendable {
  let state: ServiceState
  let results: ResultStore
  let metrics: ServiceMetrics
  let access: AccessControl
  /// How long a request may take from the end of its body to its answer.
  let timeLimit: Duration
  let formLimits: MultipartLimits

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    let start = ContinuousClock.now
    // All that can be refused is refused before the client has sent its pictures.
    let parameters = try TranslateParameters(request.query, request.accept)
    let timeLimit = try TimeLimit(request, most: timeLimit)
    let translator = try metrics.admitted(to: state)
    var job = Job(
      direction: try select(parameters, of: translator), parameters: parameters, translator: translator,
      context: context, deadline: timeLimit.deadline)
    let upload = try await counted {
      try await Upload(request, limits: formLimits, budget: translator.pictures.budget)
    }
    job.deadline = timeLimit.deadline
    switch upload {
    case .one(let file):
      watch(job).spent(start.duration(to: .now), in: .read)
      return try await answer(file, job)
    case .document(let bytes, let lease):
      let (file, parameters) = try await read(bytes, lease, request, translator)
      job.parameters = parameters
      job.direction = try select(parameters, of: translator)
      watch(job).spent(start.duration(to: .now), in: .read)
      return try await answer(file, job)
    case .several(let files):
      // Its header counted as one.
      access.charge(files.count - 1, to: context.caller)
      watch(job).spent(start.duration(to: .now), in: .read)
      return try Response(json: ["results": try await translateAll(files, job)])
    }
  }

  private func answer(_ file: PictureFile, _ job: Job) async throws -> Response {
    let isJSON = job.parameters.format.isJSON
    let answer = try await translate(file, job, isJSON: isJSON).get()
    return isJSON ? try Response(json: answer) : answer.imageResponse
  }

  private func select(_ parameters: TranslateParameters, of translator: Translator) throws(Problem)
    -> LoadedDirection
  {
    do {
      return try translator.models.select(
        model: parameters.options.model, direction: parameters.options.direction)
    } catch {
      throw Problem(translating: error, backlog: .zero) ?? .badParameter("model", "", allowed: [])
    }
  }

  /// The picture in a JSON document, and what the document says over the query.
  private func read(
    _ document: [UInt8], _ lease: MemoryBudget.Lease, _ request: Request, _ translator: Translator
  ) async throws -> (PictureFile, TranslateParameters) {
    // The text once more as it is unescaped, and what it stands for.
    let upload = try await counted {
      try await translator.pictures.work(holding: 2 * document.count) { _ in
        try JSONUpload(parsing: document)
      }.value
    }
    // Less than the text had, so there is room.
    _ = lease.resize(to: upload.file.count)
    let parameters = try TranslateParameters(
      upload.parameters.over(request.query), request.accept, targetSize: upload.targetSize)
    return (PictureFile(upload.file, lease: lease), parameters)
  }

  /// What all images of a request have in common.
  private struct Job: Sendable {
    var direction: LoadedDirection
    var parameters: TranslateParameters
    let translator: Translator
    let context: RequestContext
    var deadline: ContinuousClock.Instant

    var key: ModelKey { direction.key }
  }

  private func watch(_ job: Job) -> StageWatch { metrics.watch(job.key, for: job.context) }

  /// Counts what is refused for want of memory.
  private func counted<Value>(_ read: () async throws -> Value) async throws -> Value {
    do {
      return try await read()
    } catch let problem as Problem where problem == .noMemory {
      throw metrics.counted(.uploadMemory, .noMemory)
    } catch let problem as Problem where problem == .gaveWay {
      throw metrics.counted(.slowUpload, .gaveWay)
    }
  }

  /// - Throws: `CancellationError` when the client has gone; everything else is a result.
  private func translate(
    _ file: PictureFile, _ job: Job, isJSON: Bool
  ) async throws -> Result<TranslationAnswer, Problem> {
    do {
      let answer = try await withDeadline(job.deadline) {
        let translation = try await job.translator.translate(
          file, job.parameters.options, on: job.direction, watch: watch(job))
        job.context.note(batchSize: translation.batchSize)
        if translation.profile != .none { metrics.profiles.increment(translation.profile.rawValue) }
        return try await TranslationAnswer.drawn(
          translation, id: results.keep(KeptResult(translation)), job.parameters, isJSON: isJSON,
          on: job.translator.pictures, for: job.context, watch: watch(job))
      }
      metrics.images.increment(job.key.model, job.key.direction, "ok")
      return .success(answer)
    } catch let error as CancellationError {
      metrics.images.increment(job.key.model, job.key.direction, "cancelled")
      throw error
    } catch {
      let problem =
        Problem(translating: error, backlog: job.translator.queue.backlog) ?? internalError(error, job)
      // The place may be gone although there was one when the header came.
      if let cause = RefusalCause(error) { metrics.refusals.increment(cause.rawValue) }
      metrics.images.increment(job.key.model, job.key.direction, "\(problem.status.code)")
      return .failure(problem)
    }
  }

  /// All images, each with its own answer, in their order, in turns of what fits into a batch.
  private func translateAll(_ files: [PictureFile], _ job: Job) async throws -> [BatchItem] {
    try await files.mapInTurns(width: job.translator.queue.limits.maxBatch) { file in
      BatchItem(try await translate(file, job, isJSON: true))
    }
  }

  private func internalError(_ error: any Error, _ job: Job) -> Problem {
    job.context.logger.error(
      "translation failed",
      metadata: [
        "model": "\(job.key.model)", "direction": "\(job.key.direction)", "error": "\(error)",
      ])
    return Problem(
      .internalServerError, title: "The translation failed",
      detail: "The fault is the server's; its log has the reason.")
  }
}

extension RefusalCause {
  /// Why an image that had been let in was refused after all; nil for what is no refusal.
  init?(_ error: any Error) {
    switch error {
    case QueueError.full: self = .queueFull
    case QueueError.draining: self = .draining
    case let problem as Problem where problem == .noMemory: self = .uploadMemory
    case let problem as Problem where problem == .gaveWay: self = .slowUpload
    default: return nil
    }
  }
}

/// One image's part of a JSON answer: a result or a problem.
private enum BatchItem: Encodable, Sendable {
  case answer(TranslationAnswer)
  case problem(Problem)

  init(_ result: Result<TranslationAnswer, Problem>) {
    switch result {
    case .success(let answer): self = .answer(answer)
    case .failure(let problem): self = .problem(problem)
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .answer(let answer): try answer.encode(to: encoder)
    case .problem(let problem): try problem.encode(to: encoder)
    }
  }
}
