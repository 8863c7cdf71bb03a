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
  ///   have the memory; and what reading the body throws.
  init(_ request: Request, limits: MultipartLimits, budget: MemoryBudget) async throws {
    let isForm = request.contentType?.essence == "multipart/form-data"
    let isDocument = request.contentType?.essence == "application/json"
    guard isForm || isDocument || Self.mayBePicture(request) else {
      throw Problem.unusableType(request.contentType)
    }
    let (counted, lease) = try request.counted(by: budget)
    guard isForm else {
      let bytes = try await counted.body.collect()
      guard !bytes.isEmpty else { throw Problem.noImage }
      if isDocument {
        self = .document(bytes, lease)
        return
      }
      self = .one(PictureFile(bytes, lease: lease))
      return
    }
    let parts = try await counted.formParts(limits: limits)
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

extension Request {
  /// The same request, whose body is counted in the memory that there is for uploads.
  ///
  /// - Throws: `Problem` 413 for a body that is too large by its header, 503 where others have the memory.
  func counted(by budget: MemoryBudget) throws(Problem) -> (Request, MemoryBudget.Lease) {
    try body.checkLength()
    // A body that does not tell its length takes memory as it arrives, by the megabyte.
    guard let lease = budget.takeLong(body.declaredLength ?? 0) else { throw Problem.noMemory }
    let counted = withBody(accountedBy: { length in
      guard length > lease.bytes else { return }
      guard lease.resize(to: (length | (1 << 20 - 1)) + 1) else { throw Problem.noMemory }
    })
    return (counted, lease)
  }
}
