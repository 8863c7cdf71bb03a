import HTTPTypes

/// What a request is for (RFC 9112 section 3.2), decoded.
///
/// The path is cut at its slashes before it is decoded, so an encoded slash cannot make a segment: it becomes U+FFFD, as
/// all does that is no text.  `.` and `..` are refused in any spelling.  No decoded path lies outside the routes it was
/// written for.
struct RequestTarget: Equatable {
  /// The decoded segments of the path: `/heatmap/a%20b` has `["heatmap", "a b"]`, `/` has `[""]`.
  var segments: [String] = []
  var query = Query()
  /// The authority of an absolute-form target, which takes the place of `Host` (RFC 9112 section 3.2.2).
  var authority: String?
  /// `OPTIONS *`.
  var isAsterisk = false

  /// - Throws: `Problem` 400 for a target that is malformed or does not go with the method, 501 for CONNECT.
  init(parsing bytes: Span<UInt8>, method: HTTPRequest.Method) throws(Problem) {
    if method == .connect {
      throw Problem(
        .notImplemented, refusal: .unsupportedRequest, title: "CONNECT is not supported",
        detail: "This server is no proxy. Send the request to the address you want to reach.")
    }
    if bytes.count == 1, bytes[0] == UInt8(ascii: "*") {
      guard method == .options else { throw .malformed("The target * goes only with OPTIONS.") }
      isAsterisk = true
      return
    }
    var pathStart = 0
    if bytes.isEmpty || bytes[0] != UInt8(ascii: "/") { pathStart = try takeAuthority(of: bytes) }
    if method == .options, pathStart == bytes.count {
      // A URL without path is what OPTIONS * becomes on its way through proxies (RFC 9112 section 3.2.4).
      isAsterisk = true
      return
    }
    try parsePath(bytes.extracting(pathStart...))
  }

  /// Takes the authority out of `http://authority/path` and returns where the path begins.
  private mutating func takeAuthority(of bytes: Span<UInt8>) throws(Problem) -> Int {
    guard let start = schemeLength(bytes) else {
      throw .malformed("The request target must begin with / or be an http URL.")
    }
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
    authority = try validAuthority(bytes.extracting(start..<end))
    return end
  }

  private mutating func parsePath(_ bytes: Span<UInt8>) throws(Problem) {
    var end = 0
    while end < bytes.count, bytes[end] != UInt8(ascii: "?") {
      guard ByteClass.path.contains(bytes[end]) else { throw .badTargetCharacter }
      end += 1
    }
    if end < bytes.count {
      let encoded = bytes.extracting((end + 1)...)
      for index in encoded.indices where !ByteClass.query.contains(encoded[index]) {
        throw .badTargetCharacter
      }
      query = try Query(decoding: encoded)
    }
    var start = min(1, end)
    for index in start...end where index == end || bytes[index] == UInt8(ascii: "/") {
      let decoded = try percentDecoded(bytes.extracting(start..<index))
      let segment = repairedText(decoded, without: UInt8(ascii: "/"))
      if segment == "." || segment == ".." {
        throw .malformed(
          "A segment of the path is . or .., which no path here has. Write the path out plainly.")
      }
      segments.append(segment)
      start = index + 1
    }
  }
}

/// The length of `http://` or `https://` (a proxy in front may have ended TLS), in any case, at the start of `bytes`.
private func schemeLength(_ bytes: Span<UInt8>) -> Int? {
  for scheme: StaticString in ["http://", "https://"] where bytes.count >= scheme.utf8CodeUnitCount {
    let matches = (0..<scheme.utf8CodeUnitCount).allSatisfy { index in
      // A colon and a slash have the bit that makes a letter small.
      bytes[index] | 0x20 == scheme.utf8Start[index]
    }
    if matches { return scheme.utf8CodeUnitCount }
  }
  return nil
}

extension Problem {
  fileprivate static let badTargetCharacter = Problem.malformed(
    "The request target contains a character that a URL may not contain as it is; percent-encode it.")

  /// 400 for a request that breaks the syntax.
  static func malformed(_ detail: String) -> Problem {
    Problem(.badRequest, refusal: .malformedRequest, title: "The request is malformed", detail: detail)
  }
}
