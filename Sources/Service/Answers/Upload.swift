import HTTP
import HTTPTypes
import Images

/// The pictures of a request, still as files.
enum Upload {
  /// A raw body, or a form with one picture: answered by a picture.
  case one([UInt8])
  /// A form with several: answered by a list.
  case several([[UInt8]])

  /// What a body may be announced as that is a picture alone.  These that say nothing are among them, since curl's
  /// `--data-binary` calls everything a form; what such a body is, its first bytes tell.
  private static let rawTypes: Set = [
    "image/png", "image/x-png", "image/jpeg", "image/jpg", "image/pjpeg", "image/*",
    "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded", "text/plain",
  ]

  /// Reads the body, unless its type says already that it is nothing of use.
  ///
  /// - Throws: `Problem` 400 where there is no picture, 415 for what is neither PNG nor JPEG; and what reading the
  ///   body throws.
  init(_ request: Request, limits: MultipartLimits) async throws {
    let isForm = request.contentType?.essence == "multipart/form-data"
    guard isForm || Self.mayBePicture(request) else { throw Problem.unusableType }
    guard isForm else {
      let bytes = try await request.body.collect()
      guard !bytes.isEmpty else { throw Problem.noImage }
      guard ImageFormat.sniff(bytes) != nil else { throw Problem.notAnImage }
      self = .one(bytes)
      return
    }
    let parts = try await request.formParts(limits: limits)
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

  private static func mayBePicture(_ request: Request) -> Bool {
    if request.head.headerFields[.contentType] == nil { return true }
    return request.contentType.map { rawTypes.contains($0.essence) } ?? false
  }
}
