import HTTPTypes

/// A request line and header, with what they mean for the connection.
struct RequestHead {
  let request: HTTPRequest
  let target: RequestTarget
  let isVersion11: Bool
  let framing: BodyFraming
  /// Whether the client lets the connection live on (RFC 9112 section 9.3).
  let keepsAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
  let expectsContinue: Bool

  /// - Throws: `Problem` 400 for fields that contradict RFC 9110 or 9112, 417 for an unknown expectation, 501 for an
  ///   unknown transfer coding.
  init(_ line: RequestLine, _ fields: HTTPFields) throws(Problem) {
    target = line.target
    isVersion11 = line.isVersion11
    try Self.checkSingletons(fields)
    let host = try Self.host(fields, isVersion11: isVersion11)
    framing = try BodyFraming(fields, isVersion11: isVersion11)
    let options = listElements(fields[values: .connection])
    keepsAlive = !options.contains("close") && (isVersion11 || options.contains("keep-alive"))
    let expectations = listElements(fields[values: .expect]).filter { !$0.isEmpty }
    guard expectations.allSatisfy({ $0 == "100-continue" }) else {
      throw Problem(
        .expectationFailed, refusal: .unsupportedRequest, title: "The expectation cannot be met",
        detail: "Of all expectations only 100-continue is understood here. Leave the Expect field out.")
    }
    expectsContinue = isVersion11 && !expectations.isEmpty && framing != .length(0)
    request = HTTPRequest(
      method: line.method, scheme: "http", authority: line.target.authority ?? host, path: line.rawTarget,
      headerFields: fields)
  }

  /// Of what has one value by definition a second one would be anybody's guess (RFC 9110 section 5.3).
  private static func checkSingletons(_ fields: HTTPFields) throws(Problem) {
    for name in [HTTPField.Name.contentType, .authorization] where fields[values: name].count > 1 {
      throw .malformed("\(name) is given more than once. Send it once.")
    }
  }

  /// RFC 9112 section 3.2: exactly one valid `Host`, which only HTTP/1.0 may leave out.
  private static func host(_ fields: HTTPFields, isVersion11: Bool) throws(Problem) -> String? {
    let hosts = fields[values: .host]
    guard let host = hosts.first else {
      if isVersion11 { throw .invalidHost }
      return nil
    }
    guard hosts.count == 1 else { throw .invalidHost }
    return try validAuthority(host.utf8.span)
  }
}

extension HTTPField.Name {
  /// `Host` is a pseudo field to HTTPTypes, which has no name of its own for it.
  static let host = HTTPField.Name("Host")!
}
