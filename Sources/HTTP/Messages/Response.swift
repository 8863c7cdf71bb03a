import FoundationEssentials
import HTTPTypes

/// An answer, whole in memory.
///
/// The server adds `Date`, `Content-Length` and `Connection`; it leaves the body out where the protocol has none
/// (HEAD, 204, 304).
public struct Response: Sendable {
  /// A final status, 200 or above.
  public var status: HTTPResponse.Status
  public var headerFields: HTTPFields
  public var body: [UInt8]
  /// The pattern of the route that answered, such as `/heatmap/{id}`: a label of bounded variety for metrics and
  /// logs.  The router sets it.
  public var route: String?
  /// Set where the answer is a refusal of the server's own.
  var refusal: RefusalReason?

  public init(status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  public init(status: HTTPResponse.Status = .ok, contentType: String, body: [UInt8]) {
    self.init(status: status, headerFields: [.contentType: contentType], body: body)
  }

  public init(status: HTTPResponse.Status = .ok, text: String) {
    self.init(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  /// - Throws: what `value` throws when it is encoded.
  public init(status: HTTPResponse.Status = .ok, json value: some Encodable) throws {
    self.init(status: status, contentType: "application/json", body: try Self.encode(value))
  }

  public init(_ problem: Problem) {
    // A problem is three plain members, which always encode.
    self.init(
      status: problem.status, contentType: "application/problem+json", body: (try? Self.encode(problem)) ?? []
    )
    refusal = problem.refusal
    for field in problem.headerFields { headerFields[field.name] = field.value }
  }

  private static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }
}
