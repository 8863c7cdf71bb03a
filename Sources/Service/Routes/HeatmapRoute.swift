import HTTP
import HTTPTypes

/// `POST /heatmap`: where the network looks in a picture, by its first half alone.  Nothing is kept.
struct HeatmapRoute: Sendable {
  let metrics: ServiceMetrics

  func make(
    _ file: PictureFile, _ job: PictureJob<HeatmapParameters>, isJSON: Bool
  ) async throws -> Response {
    let parameters = job.parameters
    let watch = metrics.watch(job.key, for: job.context)
    let passage = try await job.translator.pass(
      file, parameters.options, on: job.direction, to: .attention, watch: watch)
    job.context.note(batchSize: passage.batchSize)
    metrics.count(passage.prepared.profile)
    guard let explanation = passage.explanation else {
      throw Problem.noHeatmap(of: job.key.model, among: job.translator.models.catalog)
    }
    let drawn = try await HeatmapAnswer(
      explanation: explanation, style: parameters.style, size: parameters.size,
      targetSize: parameters.targetSize
    ).response(isJSON: isJSON, on: job.translator.pictures, for: job.context)
    watch.spent(drawn, in: .encode)
    var response = drawn.value
    response.headerFields[.serverTiming] = AnswerTimes(passage.times, drawn).field
    return response
  }
}
