import HTTPTypes

/// A part of a `multipart/form-data` body (RFC 7578), whole in memory.
public struct FormPart: Sendable {
  /// The name of the form's field.
  public let name: String
  /// What the client calls the file; a label, not a path to be trusted.
  public let fileName: String?
  /// nil where there is none or it is malformed.  All other fields are to be ignored (RFC 7578 section 4.8).
  public let contentType: MediaType?
  public internal(set) var body: [UInt8] = []

  /// - Throws: `Problem` 400 when `Content-Disposition` is not `form-data` with one name (RFC 7578 section 4.2).
  init(_ fields: HTTPFields) throws(Problem) {
    var scanner = FieldScanner((fields[.contentDisposition] ?? "").utf8)
    guard scanner.token()?.lowercased() == "form-data", let parameters = scanner.parameters(),
      scanner.isAtEnd, Set(parameters.map(\.name)).count == parameters.count,
      let name = parameters.first(where: { $0.name == "name" })
    else {
      throw .malformedMultipart(
        "Each part needs a field like Content-Disposition: form-data; name=\"image\"; filename=\"me.jpg\".")
    }
    self.name = Self.unescaped(name.value)
    let extended = parameters.first { $0.name == "filename*" }.flatMap { Self.decodedExtended($0.value) }
    let plain = parameters.first { $0.name == "filename" }.map { Self.unescaped($0.value) }
    fileName = extended ?? plain
    contentType = fields[.contentType].flatMap(MediaType.init(parsing:))
  }

  /// Undoes what browsers do to names (HTML standard, multipart/form-data encoding): quotes and line ends, and
  /// nothing else, are percent-encoded.
  private static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let escapes = ["%22": UInt8(ascii: "\""), "%0D": 0x0D, "%0A": 0x0A]
      let next = String(decoding: bytes[index..<min(index + 3, bytes.count)], as: UTF8.self)
      if let byte = escapes[next] {
        result.append(byte)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `UTF-8'language'percent-encoded`, RFC 8187, which RFC 7578 section 4.2 forbids and some clients send.
  private static func decodedExtended(_ text: String) -> String? {
    let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
    return (try? percentDecoded(Array(parts[2].utf8).span)).flatMap(plainText)
  }
}

extension Request {
  /// The parts of a `multipart/form-data` body, in order.
  ///
  /// - Parameters:
  ///   - limit: refuse a body of more than this many bytes; the server's own limit holds in any case.
  ///   - limits: refuse more or larger parts than these.
  /// - Throws: `Problem` 415 when the body is something else, 400 when it is malformed, 413 or 431 when it exceeds
  ///   a limit; and what reading the body throws.
  public func formParts(
    upTo limit: Int = .max, limits: MultipartLimits = MultipartLimits()
  ) async throws -> [FormPart] {
    guard let type = contentType, type.essence == "multipart/form-data" else {
      throw Problem(.unsupportedMediaType, detail: "Send a form as multipart/form-data.")
    }
    if let length = body.declaredLength, length > limit { throw Problem.bodyTooLarge(limit: limit) }
    var parser = try MultipartParser(boundary: type[parameter: "boundary"] ?? "", limits: limits)
    var parts: [FormPart] = []
    var length = 0
    for try await piece in body {
      length += piece.count
      if length > limit { throw Problem.bodyTooLarge(limit: limit) }
      for event in try parser.parse(piece) {
        switch event {
        case .begin(let fields): parts.append(try FormPart(fields))
        case .data(let bytes): parts[parts.count - 1].body += bytes
        case .end: break
        }
      }
    }
    try parser.finish()
    return parts
  }
}
