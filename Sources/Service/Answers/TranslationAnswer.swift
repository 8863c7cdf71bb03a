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
  /// Only where it is part of the answer.
  let heatmap: EncodedPicture?
  let encodeTime: Duration

  /// - Throws: `ImageError` when a picture cannot be encoded.
  init(id: String, translation: Translation, parameters: TranslateParameters, isJSON: Bool) throws {
    let start = ContinuousClock.now
    self.id = id
    self.translation = translation
    self.parameters = parameters
    image = try EncodedPicture(
      translation.picture(parameters.size), as: parameters.format.image, quality: parameters.quality)
    heatmap =
      isJSON
      ? try EncodedPicture(translation.heatmapPicture(parameters.style, parameters.size), as: .png) : nil
    encodeTime = start.duration(to: .now)
  }

  /// The picture alone, with everything else in the header.
  var imageResponse: Response {
    var response = Response(contentType: image.format.contentType, body: image.bytes)
    response.headerFields[.translationID] = id
    response.headerFields[.link] = "</heatmap/\(id)>; rel=\"describedby\""
    let times = translation.times
    response.headerFields[.serverTiming] = [
      ("queue", times.queue), ("preprocess", times.preprocess), ("inference", times.inference),
      ("encode", encodeTime),
    ].map { "\($0);dur=\($1.milliseconds)" }.joined(separator: ", ")
    return response
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
    case id, model, direction, image, heatmap, cam
    case timings = "timings_ms"
  }

  private enum PictureKey: String, CodingKey {
    case width, height, style, data
    case contentType = "content_type"
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(id, forKey: .id)
    try members.encode(translation.key.model, forKey: .model)
    try members.encode(translation.key.direction, forKey: .direction)
    try Self.encode(image, style: nil, into: &members, forKey: .image)
    if let heatmap {
      try Self.encode(heatmap, style: parameters.style, into: &members, forKey: .heatmap)
    }
    try members.encode(
      ["gap_logit": translation.gapLogit, "gmp_logit": translation.gmpLogit], forKey: .cam)
    try members.encode(
      [
        "queue": translation.times.queue.milliseconds,
        "preprocess": translation.times.preprocess.milliseconds,
        "inference": translation.times.inference.milliseconds, "encode": encodeTime.milliseconds,
      ], forKey: .timings)
  }

  private static func encode(
    _ picture: EncodedPicture, style: HeatmapStyle?, into members: inout KeyedEncodingContainer<Key>,
    forKey key: Key
  ) throws {
    var nested = members.nestedContainer(keyedBy: PictureKey.self, forKey: key)
    try nested.encode(picture.format.contentType, forKey: .contentType)
    try nested.encode(picture.width, forKey: .width)
    try nested.encode(picture.height, forKey: .height)
    try nested.encodeIfPresent(style?.rawValue, forKey: .style)
    try nested.encode(Data(picture.bytes).base64EncodedString(), forKey: .data)
  }
}

extension HTTPField.Name {
  // The names are tokens, so that none of these is nil.
  static let translationID = HTTPField.Name("Translation-Id")!
  static let link = HTTPField.Name("Link")!
  static let serverTiming = HTTPField.Name("Server-Timing")!
}
