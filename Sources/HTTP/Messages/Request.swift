import HTTPTypes

/// A request whose header has been read and found valid.
public struct Request: Sendable {
  /// Method, target as received, authority (`Host`), header fields.
  public let head: HTTPRequest
  /// The path, percent-decoded, without the query; `*` for `OPTIONS *`.
  public var path: String { target.isAsterisk ? "*" : "/" + target.segments.joined(separator: "/") }
  /// What the names in the route's pattern stand for, decoded.
  public internal(set) var pathParameters: [String: String] = [:]
  public var query: Query { target.query }
  /// The peer's address without its port, `127.0.0.1` or `::1`.
  public let remoteAddress: String
  public let body: RequestBody
  /// Names the request in logs, unique within the process: which connection, and which request on it.
  public var id: String { requestIdentifier(connection: connection, ordinal: ordinal) }

  let target: RequestTarget
  private let connection: UInt64
  private let ordinal: UInt64

  init(
    head: HTTPRequest, target: RequestTarget, body: RequestBody, remoteAddress: String, connection: UInt64,
    ordinal: UInt64
  ) {
    self.head = head
    self.target = target
    self.body = body
    self.remoteAddress = remoteAddress
    self.connection = connection
    self.ordinal = ordinal
  }

  /// A request that comes from no connection, to try handlers with.
  ///
  /// - Parameter target: the request target, path and query, percent-encoded.
  /// - Throws: `Problem` 400 for a target that a server would refuse.
  public init(
    _ method: HTTPRequest.Method = .get, _ target: String, headerFields: HTTPFields = [:], body: [UInt8] = []
  ) throws(Problem) {
    let parsed = try RequestTarget(parsing: Array(target.utf8).span, method: method)
    self.init(
      head: HTTPRequest(
        method: method, scheme: "http", authority: "localhost", path: target, headerFields: headerFields),
      target: parsed, body: RequestBody(body), remoteAddress: "127.0.0.1", connection: 0, ordinal: 0)
  }
}

func requestIdentifier(connection: UInt64, ordinal: UInt64) -> String {
  String(connection, radix: 36) + "-" + String(ordinal, radix: 36)
}
