import FoundationEssentials
import HTTP
import HTTPTypes
import Images

/// A translation in the form in which a client gets it.
struct TranslationAnswer: Sendable {
  let id: String
  let translation: Translation
  let parameters: TranslateParameters
  let image: EncodedPicture
  /// Only where it is part of the answer, and the model has one.
  let heatmap: EncodedPicture?
  /// Only where they are part of the answer, and were asked.
  let judgements: [(name: String, answer: JudgementAnswer)]
  let times: AnswerTimes

  /// Draws and encodes the pictures of an answer; their memory is counted until the request is over.
  ///
  /// - Throws: `ImageError` when a picture cannot be encoded; `Problem.noMemory` where answers that wait for their
  ///   readers have all memory; `QueueError.full`, `CancellationError`.
  static func drawn(
    _ translation: Translation, id: String, _ parameters: TranslateParameters, isJSON: Bool,
    on pictures: ImagePipeline, for context: RequestContext, watch: StageWatch
  ) async throws -> TranslationAnswer {
    let size = translation.size(parameters.size)
    let width = max(size.width, parameters.targetSize?.width ?? 0)
    let height = max(size.height, parameters.targetSize?.height ?? 0)
    // One after the other, each beside what those before have become.
    let count = isJSON ? 2 + translation.judgements.count : 1
    let bytes = RGBImage.workingBytes(toDraw: width, height) * count
    let drawn = try await pictures.work(holding: bytes) { lease in
      let image = try EncodedPicture(
        translation.picture(parameters.size).resized(to: parameters.targetSize), as: parameters.format.image,
        quality: parameters.quality)
      let heatmap =
        isJSON
        ? try translation.heatmapPicture(parameters.style, parameters.size).map {
          try EncodedPicture($0.resized(to: parameters.targetSize), as: .png)
        } : nil
      let judgements = try (isJSON ? translation.judgements : []).map { judgement in
        let answer = try JudgementAnswer(
          judgement, parameters.style, parameters.size, resized: parameters.targetSize)
        return (judgement.kind.rawValue, answer)
      }
      // In JSON they are text of 4/3 the length, once as such and once in the document.
      let pictures = [image, heatmap].compactMap(\.self) + judgements.compactMap(\.1.heatmap)
      let kept = pictures.reduce(0) { $0 + $1.bytes.count } * (isJSON ? 3 : 1)
      guard lease.keep(kept) else { throw Problem.noMemory }
      context.hold(lease)
      return (image, heatmap, judgements)
    }
    watch.spent(drawn, in: .encode)
    return TranslationAnswer(
      id: id, translation: translation, parameters: parameters, image: drawn.value.0, heatmap: drawn.value.1,
      judgements: drawn.value.2, times: AnswerTimes(translation.times, drawn))
  }

  /// The picture alone, with everything else in the header.
  var imageResponse: Response {
    var response = Response(contentType: image.format.contentType, body: image.bytes)
    response.headerFields[.translationID] = id
    if translation.explanation != nil {
      response.headerFields[.link] = "</heatmap/\(id)>; rel=\"describedby\""
    }
    response.headerFields[.serverTiming] = times.field
    return response
  }
}

extension RGBImage {
  func resized(to size: PictureSize?) -> RGBImage {
    size.map { resized(width: $0.width, height: $0.height) } ?? self
  }
}

/// A picture as the bytes of a file.
struct EncodedPicture: Sendable {
  let format: ImageFormat
  let width: Int
  let height: Int
  let bytes: [UInt8]

  init(_ picture: RGBImage, as format: ImageFormat, quality: Int = 90) throws(ImageError) {
    self.format = format
    width = picture.width
    height = picture.height
    bytes = try picture.encoded(as: format, quality: quality)
  }
}

extension TranslationAnswer: Encodable {
  private enum Key: String, CodingKey {
    case id, model, direction, image, heatmap, cam, discriminators
    case timings = "timings_ms"
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(id, forKey: .id)
    try members.encode(translation.key.model, forKey: .model)
    try members.encode(translation.key.direction, forKey: .direction)
    try members.encode(image, style: nil, forKey: .image)
    try members.encode(heatmap, style: parameters.style, forKey: .heatmap)
    try members.encode(translation.explanation?.logits, forKey: .cam)
    if !judgements.isEmpty {
      try members.encode(Dictionary(uniqueKeysWithValues: judgements), forKey: .discriminators)
    }
    try members.encode(
      Dictionary(uniqueKeysWithValues: times.milliseconds.map { ($0.name, $0.value) }), forKey: .timings)
  }
}

extension KeyedEncodingContainer {
  /// Encodes a picture's file, or null where there is none.
  mutating func encode(_ picture: EncodedPicture?, style: HeatmapStyle?, forKey key: Key) throws {
    guard let picture else { return try encodeNil(forKey: key) }
    var nested = nestedContainer(keyedBy: PictureKey.self, forKey: key)
    try nested.encode(picture.format.contentType, forKey: .contentType)
    try nested.encode(picture.width, forKey: .width)
    try nested.encode(picture.height, forKey: .height)
    try nested.encodeIfPresent(style?.rawValue, forKey: .style)
    try nested.encode(Data(picture.bytes).base64EncodedString(), forKey: .data)
  }
}

private enum PictureKey: String, CodingKey {
  case width, height, style, data
  case contentType = "content_type"
}

extension HTTPField.Name {
  // The names are tokens, so that none of these is nil.
  static let translationID = HTTPField.Name("Translation-Id")!
  static let link = HTTPField.Name("Link")!
  static let serverTiming = HTTPField.Name("Server-Timing")!
}
