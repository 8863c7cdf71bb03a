import HTTPTypes

/// The first line of a request, RFC 9112 section 3: `method SP request-target SP HTTP-version`.
struct RequestLine {
  let method: HTTPRequest.Method
  /// The target as received.
  let rawTarget: String
  let target: RequestTarget
  /// HTTP/1.1, or a later 1.x, which is answered as 1.1 (RFC 9110 section 2.5); false for HTTP/1.0.
  let isVersion11: Bool

  /// - Throws: `Problem` 400 for anything but the form above with single spaces, 505 for a version other than 1.x,
  ///   414 for a target of more than `maximumTargetBytes`, 501 for CONNECT.
  init(parsing line: Span<UInt8>, maximumTargetBytes: Int) throws(Problem) {
    guard let methodEnd = firstSpace(in: line, from: 0),
      let targetEnd = firstSpace(in: line, from: methodEnd + 1)
    else { throw .badRequestLine }
    isVersion11 = try Self.isVersion11(line.extracting((targetEnd + 1)...))
    guard let method = Self.method(of: line) else { throw .badRequestLine }
    self.method = method
    let target = line.extracting((methodEnd + 1)..<targetEnd)
    if target.count > maximumTargetBytes { throw .targetTooLong(limit: maximumTargetBytes) }
    self.target = try RequestTarget(parsing: target, method: method)
    rawTarget = target.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// The method that a line begins with, of which no more than that need have come; nil where it is none.
  static func method(of line: Span<UInt8>) -> HTTPRequest.Method? {
    guard let end = firstSpace(in: line, from: 0) else { return nil }
    let text = line.extracting(..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    // The initializer takes tokens only.
    return HTTPRequest.Method(text)
  }

  private static func isVersion11(_ bytes: Span<UInt8>) throws(Problem) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let form: StaticString = "HTTP/"
    guard bytes.count == 8, digits.contains(bytes[5]), bytes[6] == UInt8(ascii: "."),
      digits.contains(bytes[7]),
      (0..<5).allSatisfy({ bytes[$0] == form.utf8Start[$0] })
    else { throw .badRequestLine }
    guard bytes[5] == UInt8(ascii: "1") else {
      throw Problem(
        .httpVersionNotSupported, refusal: .unsupportedRequest,
        title: "This version of HTTP is not spoken here",
        detail: "The server speaks HTTP/1.1 and HTTP/1.0.")
    }
    return bytes[7] != UInt8(ascii: "0")
  }
}

private func firstSpace(in bytes: Span<UInt8>, from start: Int) -> Int? {
  var index = start
  while index < bytes.count {
    if bytes[index] == UInt8(ascii: " ") { return index }
    index += 1
  }
  return nil
}

extension Problem {
  static let badRequestLine = malformed(
    "The first line of a request is a method, a target and HTTP/1.1 with one space between each.")

  static func targetTooLong(limit: Int) -> Problem {
    Problem(
      .uriTooLong, refusal: .targetTooLong, title: "The request target is too long",
      detail: "At most \(limit) bytes of path and query are accepted. Send data in the body.")
  }
}
