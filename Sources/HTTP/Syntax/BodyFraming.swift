import HTTPTypes

/// How the end of a request's body is found (RFC 9112 section 6.3).
enum BodyFraming: Equatable {
  case length(Int)
  case chunked

  var declaredLength: Int? {
    if case .length(let length) = self { length } else { nil }
  }

  /// Everything on which two recipients could disagree, and so be made to see different requests, is refused
  /// (RFC 9112 section 11.2): both framing fields at once, a repeated `Content-Length` even if the values agree,
  /// a `Content-Length` with leading zeros, which some take for octal, any coding but a single `chunked`, empty list
  /// elements beside it too, which RFC 9110 section 5.6.1.2 would have ignored, any `Transfer-Encoding` in HTTP/1.0.
  ///
  /// - Throws: `Problem` 400; 501 for a transfer coding that is well formed but not known (section 6.1).
  init(_ fields: HTTPFields, isVersion11: Bool) throws(Problem) {
    let lengths = fields[values: .contentLength]
    let codings = fields[values: .transferEncoding]
    guard !codings.isEmpty else {
      self = .length(try Self.parseLength(lengths))
      return
    }
    guard lengths.isEmpty else {
      throw .malformed("Content-Length and Transfer-Encoding exclude each other. Send one of them.")
    }
    guard isVersion11 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding. Send Content-Length.") }
    try Self.checkCodings(listElements(codings))
    self = .chunked
  }

  /// - Returns: 0 where there is no `Content-Length`: a request without either field has no body.
  private static func parseLength(_ values: [String]) throws(Problem) -> Int {
    guard let value = values.first else { return 0 }
    guard values.count == 1 else { throw .malformed("Content-Length is given more than once. Send it once.") }
    var length = 0
    for byte in value.utf8 {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .badContentLength }
      let (tens, overflowsTens) = length.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      if overflowsTens || overflows { throw .badContentLength }
      length = sum
    }
    if value.isEmpty || value.count > 1 && value.utf8.first == UInt8(ascii: "0") { throw .badContentLength }
    return length
  }

  private static func checkCodings(_ codings: [String]) throws(Problem) {
    if codings == ["chunked"] { return }
    let areTokens = codings.allSatisfy { coding in
      !coding.isEmpty && coding.utf8.allSatisfy { ByteClass.token.contains($0) }
    }
    guard areTokens, !codings.dropLast().contains("chunked") else {
      throw .malformed("Transfer-Encoding must be exactly: chunked.")
    }
    throw Problem(
      .notImplemented, refusal: .unsupportedRequest, title: "The transfer coding is not known",
      detail:
        "Of all transfer codings only chunked is understood here. Send the body in it, or with Content-Length."
    )
  }
}

extension Problem {
  fileprivate static let badContentLength = malformed(
    "Content-Length must be one decimal number without sign, spaces or leading zeros.")
}
