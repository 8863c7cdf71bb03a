import Checkpoints
import Digests
import HTTP
import HTTPTypes
import Pages

/// A file of the program as an answer, and its tag, by which a client that has it is told so.
struct StoredAnswer: Sendable {
  private let file: PageFile
  private let tag: EntityTag

  init(_ file: PageFile) {
    self.file = file
    // Of the bytes, so that another version of the program that has the same ones need not send them.
    tag = EntityTag(hexadecimal(SHA256.digest(of: file.bytes).prefix(12)))
  }

  func answer(_ request: Request) -> Response {
    var response =
      request.alreadyHas(tag)
      ? Response(status: .notModified) : Response(contentType: file.contentType, body: file.bytes)
    response.headerFields[.eTag] = tag.fieldValue
    return response
  }
}
