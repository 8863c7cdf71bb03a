import HTTP
import HTTPTypes
import Images

/// The pictures of a request, still as files.
enum Upload {
  /// A raw body, or a form with one picture: answered by a picture.
  case one([UInt8])
  /// A form with several: answered by a list.
  case several([[UInt8]])

  /// Pictures of one request; more should come in several.
  static let maximumParts = 64

  /// Reads the body.
  ///
  /// A raw body need not be announced as an image: curl's `--data-binary` calls everything a form.  What it is, its
  /// first bytes tell.
  /// - Throws: `Problem` 400 where there is no picture, 415 for what is neither PNG nor JPEG; and what reading the
  ///   body throws.
  init(_ request: Request) async throws {
    guard request.contentType?.essence == "multipart/form-data" else {
      let bytes = try await request.body.collect()
      guard !bytes.isEmpty else { throw Problem.noImage }
      guard ImageFormat.sniff(bytes) != nil else { throw Problem.notAnImage }
      self = .one(bytes)
      return
    }
    let parts = try await request.formParts(maximumParts: Self.maximumParts)
    if let stranger = parts.first(where: { $0.name != "image" }) {
      throw Problem(
        .badRequest, title: "A part of the form is not known",
        detail:
          "The part '\(stranger.name.prefix(64))' is not known: pictures are parts named 'image', everything "
          + "else goes into the query, as in /translate?direction=B2A.")
    }
    guard let first = parts.first else { throw Problem.noImage }
    self = parts.count == 1 ? .one(first.body) : .several(parts.map(\.body))
  }
}
