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
  public internal(set) var body: RequestBody

  let target: RequestTarget

  /// How many bytes of body are taken at most.
  public var maximumBodyLength: Int { body.maximumLength }

  init(head: HTTPRequest, target: RequestTarget, body: RequestBody, remoteAddress: String) {
    self.head = head
    self.target = target
    self.body = body
    self.remoteAddress = remoteAddress
  }

  /// The same request, with a body of which every piece is accounted for before it is handed on.
  ///
  ///     let counted = request.withBody { length in guard length < 1 << 20 else { throw TooMuch() } }
  ///     let parts = try await counted.formParts()
  ///
  /// - Parameter account: is told how long the body is up to here, the new piece included; what it throws ends the
  ///   reading.
  public func withBody(accountedBy account: @escaping @Sendable (Int) async throws -> Void) -> Request {
    var request = self
    request.body = body.accounted(account)
    return request
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
      target: parsed, body: RequestBody(body), remoteAddress: "127.0.0.1")
  }
}
