import Batching
import HTTP
import HTTPTypes
import Networks

/// A route that makes something of each picture that a request brings: `POST /translate`, `POST /heatmap`.
struct PictureRoute<Parameters: PictureParameters>: Sendable {
  /// Makes one picture's answer, JSON or a picture itself; within the job's deadline.
  typealias Make = @Sendable (PictureFile, PictureJob<Parameters>, _ isJSON: Bool) async throws -> Response

  let state: ServiceState
  let metrics: ServiceMetrics
  let access: AccessControl
  /// How long a request may take from the end of its body to its answer.
  let timeLimit: Duration
  let formLimits: MultipartLimits
  let make: Make

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    let start = ContinuousClock.now
    // All that can be refused is refused before the client has sent its pictures.
    let parameters = try Parameters(request.query, request.accept, targetSize: nil)
    let timeLimit = try TimeLimit(request, most: timeLimit)
    let translator = try metrics.admitted(to: state)
    var job = PictureJob(
      direction: try select(parameters, of: translator), parameters: parameters, translator: translator,
      context: context, deadline: timeLimit.deadline)
    let upload = try await counted {
      try await Upload(request, limits: formLimits, budget: translator.pictures.budget)
    }
    job.deadline = timeLimit.deadline
    switch upload {
    case .one(let file):
      hasRead(job, since: start)
      return try await result(of: file, job, isJSON: job.parameters.isJSON).get()
    case .document(let bytes, let lease):
      let (file, parameters) = try await read(bytes, lease, request, translator)
      job.parameters = parameters
      job.direction = try select(parameters, of: translator)
      hasRead(job, since: start)
      return try await result(of: file, job, isJSON: parameters.isJSON).get()
    case .several(let files):
      // Its header counted as one.
      access.charge(files.count - 1, to: context.caller)
      hasRead(job, since: start)
      return try await makeAll(files, job)
    }
  }

  private func hasRead(_ job: PictureJob<Parameters>, since start: ContinuousClock.Instant) {
    metrics.watch(job.key, for: job.context).spent(start.duration(to: .now), in: .read)
  }

  private func select(_ parameters: Parameters, of translator: Translator) throws(Problem) -> LoadedDirection
  {
    let models = translator.models
    let selected: LoadedDirection
    do {
      selected = try models.select(parameters.options)
    } catch {
      throw Problem(translating: error, backlog: .zero) ?? .badParameter("model", "", allowed: [])
    }
    try parameters.check(selected.model, among: models.catalog)
    if let side = parameters.options.side {
      do throws(ImageSizeError) { try selected.check(side) } catch { throw .noSize(error) }
    }
    return selected
  }

  /// The picture in a JSON document, and what the document says over the query.
  private func read(
    _ document: [UInt8], _ lease: MemoryBudget.Lease, _ request: Request, _ translator: Translator
  ) async throws -> (PictureFile, Parameters) {
    // The text once more as it is unescaped, and what it stands for.
    let upload = try await counted {
      try await translator.pictures.work(holding: 2 * document.count) { _ in
        try JSONUpload(parsing: document)
      }.value
    }
    // Less than the text had, so there is room.
    _ = lease.resize(to: upload.file.count)
    let parameters = try Parameters(
      upload.parameters.over(request.query), request.accept, targetSize: upload.targetSize)
    return (PictureFile(upload.file, lease: lease), parameters)
  }

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
  private func result(
    of file: PictureFile, _ job: PictureJob<Parameters>, isJSON: Bool
  ) async throws -> Result<Response, Problem> {
    do {
      let answer = try await withDeadline(job.deadline) { try await make(file, job, isJSON) }
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

  /// All images, each with its own answer or problem, in their order, in turns of what fits into a batch.
  private func makeAll(_ files: [PictureFile], _ job: PictureJob<Parameters>) async throws -> Response {
    let results = try await files.mapInTurns(width: job.translator.queue.limits.maxBatch) { file in
      switch try await result(of: file, job, isJSON: true) {
      case .success(let answer): answer.body
      case .failure(let problem): Response(problem).body
      }
    }
    let listed = Array(results.joined(separator: [UInt8(ascii: ",")]))
    return Response(
      contentType: "application/json", body: Array("{\"results\":[".utf8) + listed + Array("]}".utf8))
  }

  private func internalError(_ error: any Error, _ job: PictureJob<Parameters>) -> Problem {
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

/// What all images of a request have in common.
struct PictureJob<Parameters: PictureParameters>: Sendable {
  var direction: LoadedDirection
  var parameters: Parameters
  let translator: Translator
  let context: RequestContext
  var deadline: ContinuousClock.Instant

  var key: ModelKey { direction.key }
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
