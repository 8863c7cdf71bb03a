import CCodecs
import HTTP
import HTTPTypes

/// The codings in which bodies may come and go (RFC 9110 section 8.4.1).
enum ContentCoding: String, CaseIterable {
  case gzip
  /// A zlib stream (RFC 1950).
  case deflate

  /// How the body of a request is coded; nil for not at all.
  /// - Throws: `Problem` 415 for codings that are not known, or several.
  static func ofBody(_ request: Request) throws(Problem) -> ContentCoding? {
    let codings = request.contentCodings
    guard let name = codings.first else { return nil }
    guard codings.count == 1, let coding = name == "x-gzip" ? .gzip : ContentCoding(rawValue: name) else {
      throw Problem(
        .unsupportedMediaType, title: "The content coding is not known",
        detail: "Send the body as it is, or coded once with gzip or deflate.",
        headerFields: [.acceptEncoding: "gzip, deflate"])
    }
    return coding
  }

  /// What a client asked for by naming it alone: those that name several do so for every request, and seldom gain by
  /// it where most of an answer is floating-point numbers.
  static func wanted(by request: Request) -> ContentCoding? {
    let names = request.head.headerFields[values: .acceptEncoding]
    return names.count == 1 ? ContentCoding(rawValue: names[0].lowercased()) : nil
  }

  /// - Parameters:
  ///   - limit: bytes of the result at most.
  ///   - account: is told how many bytes there are up to here, before there is memory for them; what it throws ends it.
  /// - Throws: `Problem` 400 for what is damaged or too short, 413 beyond the limit; what `account` throws.
  func decoded(_ bytes: [UInt8], limit: Int, account: (Int) throws -> Void) throws -> [UInt8] {
    guard let inflater = codecs_inflater_create(self == .gzip ? 1 : 0) else { throw Problem.noMemory }
    defer { codecs_inflater_destroy(inflater) }
    var decoded: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: Self.pieceLength)
    var start = 0
    while true {
      // The pointers do not leave the call, and stand for as many bytes as are said.
      let step = bytes[start...].withUnsafeBufferPointer {
        codecs_inflater_step(inflater, $0.baseAddress, $0.count, &piece, piece.count)
      }
      start += step.consumed
      guard step.status == .ok else { throw damaged("it is damaged") }
      guard decoded.count + step.written <= limit else {
        throw Problem(
          .contentTooLarge, title: "The request body is too large",
          detail: "At most \(limit) bytes are accepted here, and it becomes more when it is decompressed.")
      }
      if step.written > 0 {
        try account(decoded.count + step.written)
        decoded += piece[..<step.written]
      }
      if step.is_at_end != 0 { break }
      guard step.consumed > 0 || step.written > 0 else { throw damaged("its end is missing") }
    }
    guard start == bytes.count else { throw damaged("something follows its end") }
    return decoded
  }

  private static let pieceLength = 1 << 16

  /// Quickly rather than well; nil where it cannot be done.
  func encoded(_ bytes: [UInt8]) -> [UInt8]? {
    var deflated = codecs_buffer()
    defer { codecs_free(deflated) }
    guard codecs_deflate(bytes, bytes.count, self == .gzip ? 1 : 0, &deflated).status == .ok else {
      return nil
    }
    // Because the bytes are C's; the array copies them before they are freed.
    return [UInt8](UnsafeBufferPointer(start: deflated.bytes, count: deflated.count))
  }

  private func damaged(_ why: String) -> Problem {
    Problem(
      .badRequest, title: "The body cannot be decompressed",
      detail: "It is no whole \(rawValue) stream: \(why).")
  }
}
