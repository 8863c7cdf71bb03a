import Batching
import HTTP
import HTTPTypes

/// `POST /translate`.
struct TranslateRoute: Sendable {
  let state: ServiceState
  let results: ResultStore
  let metrics: ServiceMetrics
  let access: AccessControl
  /// How long a request may take from its header to its answer.
  let timeLimit: Duration
  let formLimits: MultipartLimits

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    let deadline = ContinuousClock.now + timeLimit
    // All that can be refused is refused before the client has sent its pictures.
    let parameters = try TranslateParameters(request)
    let translator = try admit()
    let key: ModelKey
    do {
      key = try translator.models.catalog.select(
        model: parameters.options.model, direction: parameters.options.direction
      ).key
    } catch {
      throw Problem(translating: error, backlog: .zero) ?? .badParameter("model", "", allowed: [])
    }
    let job = Job(
      key: key, parameters: parameters, translator: translator, context: context, deadline: deadline)
    switch try await Upload(request, limits: formLimits) {
    case .one(let bytes):
      let answer = try await translate(bytes, job, isJSON: parameters.format.isJSON).get()
      return parameters.format.isJSON ? try Response(json: answer) : answer.imageResponse
    case .several(let images):
      // Its header counted as one.
      access.charge(images.count - 1, to: context.caller)
      return try Response(json: ["results": try await translateAll(images, job)])
    }
  }

  /// What all images of a request have in common.
  private struct Job: Sendable {
    let key: ModelKey
    let parameters: TranslateParameters
    let translator: Translator
    let context: RequestContext
    let deadline: ContinuousClock.Instant
  }

  private func admit() throws(Problem) -> Translator {
    guard state.phase != .draining else { throw refusal(.draining, .draining) }
    guard let translator = state.translator else { throw refusal(.loading, .loading) }
    guard !translator.isFull else {
      throw refusal(.queueFull, .queueFull(backlog: translator.backlog))
    }
    return translator
  }

  private func refusal(_ cause: RefusalCause, _ problem: Problem) -> Problem {
    metrics.refusals.increment(cause.rawValue)
    return problem
  }

  /// - Throws: `CancellationError` when the client has gone; everything else is a result.
  private func translate(
    _ bytes: [UInt8], _ job: Job, isJSON: Bool
  ) async throws -> Result<TranslationAnswer, Problem> {
    do {
      let translation = try await job.translator.translate(
        bytes, job.parameters.options, deadline: job.deadline)
      job.context.note(batchSize: translation.batchSize)
      let answer = try TranslationAnswer(
        id: results.keep(translation.explanation), translation: translation, parameters: job.parameters,
        isJSON: isJSON)
      metrics.images.increment(job.key.model, job.key.direction, "ok")
      return .success(answer)
    } catch let error as CancellationError {
      metrics.images.increment(job.key.model, job.key.direction, "cancelled")
      throw error
    } catch {
      let problem = Problem(translating: error, backlog: job.translator.backlog) ?? internalError(error, job)
      metrics.images.increment(job.key.model, job.key.direction, "\(problem.status.code)")
      return .failure(problem)
    }
  }

  /// All images, each with its own answer, in their order.  No more are under way at once than fit into a batch, so
  /// that one client's heap of pictures leaves room in the queue for the others.
  private func translateAll(_ images: [[UInt8]], _ job: Job) async throws -> [BatchItem] {
    try await withThrowingTaskGroup(of: (Int, BatchItem).self) { group in
      var items = [BatchItem?](repeating: nil, count: images.count)
      for (index, image) in images.enumerated() {
        if index >= job.translator.maxBatch, let (done, item) = try await group.next() { items[done] = item }
        group.addTask { (index, BatchItem(try await translate(image, job, isJSON: true))) }
      }
      for try await (done, item) in group { items[done] = item }
      return items.compactMap { $0 }
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
