import Batching
import HTTP
import HTTPTypes
import Images

/// `GET /heatmap/{id}` and `GET /heatmap?id=`.
struct HeatmapRoute: Sendable {
  let state: ServiceState
  let results: ResultStore
  let timeLimit: Duration

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    try request.query.refuseOthers(than: ["id", "style", "size"])
    guard let id = request.pathParameters["id"] ?? request.query["id"], !id.isEmpty else {
      throw Problem(
        .badRequest, title: "Which translation?",
        detail:
          "Name it: /heatmap/ID or /heatmap?id=ID, with the ID from the Translation-Id header (or 'id' in "
          + "the JSON) of an answer to POST /translate.")
    }
    let style = try request.query.choice("style", default: HeatmapStyle.jet)
    let size = try request.query.choice("size", default: OutputSize.model)
    let timeLimit = try TimeLimit(request, most: timeLimit)
    guard let explanation = results.find(id) else {
      throw Problem(
        .notFound, title: "There is no such translation",
        detail: "The id is unknown, or its heatmap is no longer kept. Translate the picture again.")
    }
    if request.accept.preferred(among: ["image/png", "application/json"]) == "application/json" {
      return try Response(json: HeatmapMatrix(id: id, explanation: explanation))
    }
    // Where there are results there is what made them.
    guard let pictures = state.translator?.pictures else { throw Problem.loading }
    do {
      let picture = try await withDeadline(timeLimit.deadline) {
        try await draw(explanation, style, size, on: pictures, for: context)
      }
      return Response(contentType: picture.format.contentType, body: picture.bytes)
    } catch {
      throw Problem(translating: error, backlog: .zero) ?? error
    }
  }

  private func draw(
    _ explanation: Explanation, _ style: HeatmapStyle, _ size: OutputSize, on pictures: ImagePipeline,
    for context: RequestContext
  ) async throws -> EncodedPicture {
    let (width, height) = explanation.size(size)
    return try await pictures.work(holding: RGBImage.workingBytes(toDraw: width, height)) { lease in
      let picture = try EncodedPicture(explanation.picture(style, size), as: .png)
      guard lease.keep(picture.bytes.count) else { throw Problem.noMemory }
      context.hold(lease)
      return picture
    }.value
  }
}

/// The map's values as the network gave them, for whoever wants to compute with them.
private struct HeatmapMatrix: Encodable {
  let id: String
  let model: String
  let direction: String
  let width: Int
  let height: Int
  /// Rows from the top, each from the left.
  let values: [[Float]]

  init(id: String, explanation: Explanation) {
    self.id = id
    model = explanation.key.model
    direction = explanation.key.direction
    let heatmap = explanation.heatmap
    width = heatmap.width
    height = heatmap.height
    values = (0..<heatmap.height).map { row in
      Array(heatmap.values[row * heatmap.width..<(row + 1) * heatmap.width])
    }
  }
}
