import Batching
import HTTP
import HTTPTypes
import Images

/// `GET /heatmap/{id}` and `GET /heatmap?id=`: the heatmap of an earlier translation.
struct KeptHeatmapRoute: Sendable {
  let state: ServiceState
  let results: ResultStore
  let timeLimit: Duration

  /// The parameters that there are.
  static let names = ["id", "of", "style", "size"]

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    try request.query.refuseOthers(than: Self.names)
    guard let id = request.pathParameters["id"] ?? request.query["id"], !id.isEmpty else {
      throw Problem(
        .badRequest, title: "Which translation?",
        detail:
          "Name it: /heatmap/ID or /heatmap?id=ID, with the ID from the Translation-Id header (or 'id' in "
          + "the JSON) of an answer to POST /translate; or POST a picture to /heatmap.")
    }
    let style = try request.query.choice("style", default: HeatmapStyle.jet)
    let size = try request.query.choice("size", default: OutputSize.model)
    let timeLimit = try TimeLimit(request, most: timeLimit)
    let source = try request.query.choice("of", default: HeatmapSource.generator)
    let explanation = try find(id, source)
    let isJSON = request.accept.prefersNumbers
    // Where there are results there is what made them.
    guard let pictures = state.translator?.pictures else { throw Problem.loading }
    do {
      return try await withDeadline(timeLimit.deadline) {
        let answer = HeatmapAnswer(explanation: explanation, id: id, style: style, size: size)
        return try await answer.response(isJSON: isJSON, on: pictures, for: context).value
      }
    } catch {
      throw Problem(translating: error, backlog: .zero) ?? error
    }
  }

  /// - Throws: `Problem` 404 where nothing is kept, 409 where there was never a heatmap.
  private func find(_ id: String, _ source: HeatmapSource) throws(Problem) -> Explanation {
    guard let kept = results.find(id) else {
      throw Problem(
        .notFound, title: "There is no such translation",
        detail: "The id is unknown, or its heatmap is no longer kept. Translate the picture again.")
    }
    if let explanation = kept.explanations[source] { return explanation }
    let catalog = state.translator?.models.catalog
    throw source == .generator
      ? .noHeatmap(of: kept.key.model, among: catalog) : .notJudged(by: source, kept.key, among: catalog)
  }
}
