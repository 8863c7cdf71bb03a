import HTTP

/// `POST /translate`: a picture's translation, and what is kept of it.
struct TranslateRoute: Sendable {
  let results: ResultStore
  let metrics: ServiceMetrics

  func make(
    _ file: PictureFile, _ job: PictureJob<TranslateParameters>, isJSON: Bool
  ) async throws -> Response {
    let watch = metrics.watch(job.key, for: job.context)
    let translation = try await job.translator.translate(
      file, job.parameters.options, on: job.direction, watch: watch)
    job.context.note(batchSize: translation.batchSize)
    metrics.count(translation.profile)
    let answer = try await TranslationAnswer.drawn(
      translation, id: results.keep(KeptResult(translation)), job.parameters, isJSON: isJSON,
      on: job.translator.pictures, for: job.context, watch: watch)
    return isJSON ? try Response(json: answer) : answer.imageResponse
  }
}
