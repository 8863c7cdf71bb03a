import HTTP
import HTTPTypes
import Images

/// `GET /heatmap/{id}` and `GET /heatmap?id=`.
struct HeatmapRoute: Sendable {
  let results: ResultStore

  func answer(_ request: Request) throws -> Response {
    guard let id = request.pathParameters["id"] ?? request.query["id"], !id.isEmpty else {
      throw Problem(
        .badRequest, title: "Which translation?",
        detail:
          "Name it: /heatmap/ID or /heatmap?id=ID, with the ID from the Translation-Id header (or 'id' in "
          + "the JSON) of an answer to POST /translate.")
    }
    let style = try request.query.choice("style", default: HeatmapStyle.jet)
    let size = try request.query.choice("size", default: OutputSize.model)
    guard let explanation = results.find(id) else {
      throw Problem(
        .notFound, title: "There is no such translation",
        detail: "The id is unknown, or its heatmap is no longer kept. Translate the picture again.")
    }
    if request.accept.preferred(among: ["image/png", "application/json"]) == "application/json" {
      return try Response(json: HeatmapMatrix(id: id, explanation: explanation))
    }
    let picture = try EncodedPicture(explanation.picture(style, size), as: .png)
    return Response(contentType: picture.format.contentType, body: picture.bytes)
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
