import HTTP
import HTTPTypes

/// The pictures of a request, still as files.
enum Upload {
  /// A raw body, or a form with one picture: answered by a picture.
  case one(PictureFile)
  /// A form with several: answered by a list.
  case several([PictureFile])
  /// A JSON document with one picture, and more parameters: answered as one.
  case document([UInt8], MemoryBudget.Lease)

  /// What a body may be announced as that is a picture alone.  These that say nothing are among them, since curl's
  /// `--data-binary` calls everything a form; what such a body is, its first bytes tell.
  private static let rawTypes: Set = [
    "image/png", "image/x-png", "image/jpeg", "image/jpg", "image/pjpeg", "image/webp", "image/*",
    "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded", "text/plain",
  ]

  /// Reads the body, unless its header says already that it is nothing of use or that there is no memory for it.
  ///
  /// - Throws: `Problem` 400 where there is no picture, 415 for a type that is none, 503 where other uploads
  ///   have the memory, 408 where they get it because this one is too slow; and what reading the body throws.
  init(_ request: Request, limits: MultipartLimits, budget: MemoryBudget) async throws {
    let isForm = request.contentType?.essence == "multipart/form-data"
    let isDocument = request.contentType?.essence == "application/json"
    guard isForm || isDocument || Self.mayBePicture(request) else {
      throw Problem.unusableType(request.contentType)
    }
    try request.body.checkLength()
    self = try await budget.receive(request) { request, lease in
      if isForm { return try Self(try await request.formParts(limits: limits), lease) }
      let bytes = try await request.body.collect()
      return isDocument && !bytes.isEmpty ? .document(bytes, lease) : try Self(bytes, lease)
    }
  }

  /// - Throws: `Problem` 400 where there is nothing.
  private init(_ bytes: [UInt8], _ lease: MemoryBudget.Lease) throws(Problem) {
    guard !bytes.isEmpty else { throw Problem.noImage }
    // What is beyond it was for the growing.
    self = .one(PictureFile(bytes, lease: lease.split(bytes.count)))
  }

  /// - Throws: `Problem` 400 where there is no picture, or something else.
  private init(_ parts: [FormPart], _ lease: MemoryBudget.Lease) throws(Problem) {
    if let stranger = parts.first(where: { $0.name != "image" }) {
      throw Problem(
        .badRequest, title: "A part of the form is not known",
        detail:
          "The part '\(stranger.name.prefix(64))' is not known: pictures are parts named 'image', everything "
          + "else goes into the query, as in /translate?direction=B2A.")
    }
    guard !parts.isEmpty else { throw Problem.noImage }
    let files = parts.map { PictureFile($0.body, lease: lease.split($0.body.count)) }
    self = files.count == 1 ? .one(files[0]) : .several(files)
  }

  private static func mayBePicture(_ request: Request) -> Bool {
    if request.head.headerFields[.contentType] == nil { return true }
    return request.contentType.map { rawTypes.contains($0.essence) } ?? false
  }
}
