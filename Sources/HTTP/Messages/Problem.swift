import HTTPTypes

/// An error that a client is told about: RFC 9457 problem details (`application/problem+json`).
///
/// A handler throws it to answer with it; parsers throw it for input they refuse.
public struct Problem: Error, Equatable {
  public var status: HTTPResponse.Status
  /// What kind of thing went wrong, the same for every occurrence, for a person to read.
  public var title: String
  /// What is wrong with this request and what to do about it.
  public var detail: String
  /// Fields the answer carries besides its content type, such as `Allow` or `Retry-After`.
  public var headerFields: HTTPFields
  /// Set where the server itself refuses a request, so that its observer can count refusals by reason.
  var refusal: RefusalReason?

  /// - Parameter title: the status's own phrase when nil.
  public init(
    _ status: HTTPResponse.Status, title: String? = nil, detail: String, headerFields: HTTPFields = [:]
  ) {
    self.status = status
    self.title = title ?? status.reasonPhrase
    self.detail = detail
    self.headerFields = headerFields
  }

  init(_ status: HTTPResponse.Status, refusal: RefusalReason, title: String? = nil, detail: String) {
    self.init(status, title: title, detail: detail)
    self.refusal = refusal
  }
}

extension Problem: Encodable {
  private enum CodingKeys: String, CodingKey { case status, title, detail, error }

  /// The members of RFC 9457 section 3.1; `type` is absent, which means `about:blank`.  Clients of the Open Inference
  /// Protocol, of Triton and of Hugging Face read nothing but `error`, whatever refused them.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(status.code, forKey: .status)
    try members.encode(title, forKey: .title)
    try members.encode(detail, forKey: .detail)
    try members.encode(detail, forKey: .error)
  }
}

extension Problem {
  /// What a client sees of an error that is the server's own fault: nothing that would help an attacker.
  static let internalError = Problem(
    .internalServerError, title: "Something went wrong in the server",
    detail:
      "The request may be fine. Try again; if it keeps failing, tell the operator, whose log has the reason.")

  /// What a request gets that was given up from outside: the server is on its way down.
  static let givenUp = Problem(
    .serviceUnavailable, title: "The server is shutting down",
    detail: "The request was given up before it was finished. Send it again.",
    headerFields: [.retryAfter: "1"])
}
