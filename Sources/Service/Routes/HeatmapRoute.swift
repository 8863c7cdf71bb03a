import Batching
import HTTP
import HTTPTypes
import Images

/// `GET /heatmap/{id}` and `GET /heatmap?id=`.
struct HeatmapRoute: Sendable {
  let state: ServiceState
  let results: ResultStore
  let timeLimit: Duration

  /// The parameters that there are.
  static let names = ["id", "style", "size"]

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    try request.query.refuseOthers(than: Self.names)
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
    let explanation = try find(id)
    let isJSON = request.accept.preferred(among: ["image/png", "application/json"]) == "application/json"
    // Where there are results there is what made them.
    guard let pictures = state.translator?.pictures else { throw Problem.loading }
    let (width, height) = explanation.size(size)
    do {
      return try await withDeadline(timeLimit.deadline) {
        if isJSON {
          return try await make(
            holding: HeatmapMatrix.workingBytes(of: explanation), on: pictures, for: context
          ) {
            try Response(json: HeatmapMatrix(id: id, explanation: explanation))
          }
        }
        return try await make(
          holding: RGBImage.workingBytes(toDraw: width, height), on: pictures, for: context
        ) {
          let picture = try EncodedPicture(explanation.picture(style, size), as: .png)
          return Response(contentType: picture.format.contentType, body: picture.bytes)
        }
      }
    } catch {
      throw Problem(translating: error, backlog: .zero) ?? error
    }
  }

  /// - Throws: `Problem` 404 where nothing is kept, 409 where there was never a heatmap.
  private func find(_ id: String) throws(Problem) -> Explanation {
    switch results.find(id) {
    case .explained(let explanation): return explanation
    case .unexplained(let key): throw .noHeatmap(of: key.model, among: state.translator?.models.catalog)
    case nil:
      throw Problem(
        .notFound, title: "There is no such translation",
        detail: "The id is unknown, or its heatmap is no longer kept. Translate the picture again.")
    }
  }

  /// Makes an answer where pictures are made, and keeps the memory of its body until the request is over.
  private func make(
    holding bytes: Int, on pictures: ImagePipeline, for context: RequestContext,
    _ answer: @escaping @Sendable () throws -> Response
  ) async throws -> Response {
    try await pictures.work(holding: bytes) { lease in
      let answer = try answer()
      guard lease.keep(answer.body.count) else { throw Problem.noMemory }
      context.hold(lease)
      return answer
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

  /// Bytes that making its JSON holds at most: the encoder has an object for each number.
  static func workingBytes(of explanation: Explanation) -> Int { 256 * explanation.heatmap.values.count }

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
