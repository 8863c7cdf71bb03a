import HTTP
import HTTPTypes
import Images

/// What a client gets its translation as.
struct AnswerFormat: Equatable {
  /// Whether the answer is a JSON document, with the picture inside.
  var isJSON: Bool
  var image: ImageFormat

  static let png = AnswerFormat(isJSON: false, image: .png)
  static let jpeg = AnswerFormat(isJSON: false, image: .jpeg)
  static let webp = AnswerFormat(isJSON: false, image: .webp)
  static let json = AnswerFormat(isJSON: true, image: .png)

  /// The query's `format`, else what `Accept` likes best, else PNG: a picture that was not asked for is more use
  /// than a 406 (RFC 9110 section 12.5.1 leaves the choice to the server).
  init(_ query: Query, _ accept: Accept) throws(Problem) {
    if let name = query["format"] {
      let formats: [String: AnswerFormat] = [
        "png": .png, "jpeg": .jpeg, "webp": .webp, "json": .json,
      ]
      guard let format = formats[name] else {
        throw .badParameter("format", name, allowed: ["png", "jpeg", "webp", "json"])
      }
      self = format
    } else {
      switch accept.preferred(among: [
        "image/png", "image/jpeg", "image/webp", "application/json",
      ]) {
      case "image/jpeg": self = .jpeg
      case "image/webp": self = .webp
      case "application/json": self = .json
      default: self = .png
      }
    }
  }

  init(isJSON: Bool, image: ImageFormat) {
    self.isJSON = isJSON
    self.image = image
  }
}
