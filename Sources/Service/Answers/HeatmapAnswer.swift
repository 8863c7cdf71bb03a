import Batching
import HTTP
import Images

/// A heatmap in the form in which a client gets it: a PNG, or the numbers.
struct HeatmapAnswer: Sendable {
  let explanation: Explanation
  /// Of the translation that it was kept of.
  var id: String?
  let style: HeatmapStyle
  let size: OutputSize
  /// To which what was drawn is resized.
  var targetSize: PictureSize?

  /// Makes the answer where pictures are made, and keeps the memory of its body until the request is over.
  ///
  /// - Throws: `ImageError` when it cannot be encoded; `Problem.noMemory` where answers that wait for their readers have
  ///   all memory; `QueueError.full`, `CancellationError`.
  func response(
    isJSON: Bool, on pictures: ImagePipeline, for context: RequestContext
  ) async throws -> TimedValue<Response> {
    try await pictures.work(holding: isJSON ? HeatmapMatrix.workingBytes(of: explanation) : drawingBytes) {
      lease in
      let answer =
        isJSON ? try Response(json: HeatmapMatrix(id: id, explanation: explanation)) : try picture()
      // Of several JSON answers each is there once by itself and once in their list.
      guard lease.keep(answer.body.count * (isJSON ? 2 : 1)) else { throw Problem.noMemory }
      context.hold(lease)
      return answer
    }
  }

  private var drawingBytes: Int {
    let (width, height) = explanation.size(size)
    return RGBImage.workingBytes(
      toDraw: max(width, targetSize?.width ?? 0), max(height, targetSize?.height ?? 0))
  }

  private func picture() throws -> Response {
    let picture = try EncodedPicture(explanation.picture(style, size).resized(to: targetSize), as: .png)
    return Response(contentType: picture.format.contentType, body: picture.bytes)
  }
}

/// The map's values as the network gave them, for whoever wants to compute with them.
private struct HeatmapMatrix: Encodable {
  let id: String?
  let model: String
  let direction: String
  let width: Int
  let height: Int
  /// Rows from the top, each from the left.
  let values: [[Float]]

  /// Bytes that making its JSON holds at most: the encoder has an object for each number.
  static func workingBytes(of explanation: Explanation) -> Int { 256 * explanation.heatmap.values.count }

  init(id: String?, explanation: Explanation) {
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
