import HTTPTypes

/// Is told what the server does, for metrics and logs.  Its methods are called on the server's own threads and must
/// not block.
public protocol ServerObserver: Sendable {
  func connectionOpened()
  func connectionClosed()
  /// The server refused a connection or a request on its own account, before or without a handler's word.
  func refused(_ reason: RefusalReason, remoteAddress: String)
  /// A request's answer has been handed to the system in full, or its connection is lost.
  func finished(_ record: RequestRecord)
}

extension ServerObserver {
  public func connectionOpened() {}
  public func connectionClosed() {}
  public func refused(_ reason: RefusalReason, remoteAddress: String) {}
  public func finished(_ record: RequestRecord) {}
}

/// Why the server refused something.  The raw value is fit to be a metric's label.
public enum RefusalReason: String, CaseIterable, Sendable {
  /// More connections in all than the server holds.
  case connectionLimit = "connection_limit"
  /// More connections from one address than it may have.
  case addressLimit = "address_limit"
  /// Accepting waits until the process has file descriptors again.
  case descriptorsExhausted = "descriptors_exhausted"
  /// The request breaks the syntax of HTTP/1.1.
  case malformedRequest = "malformed_request"
  case targetTooLong = "target_too_long"
  case headerTooLarge = "header_too_large"
  case bodyTooLarge = "body_too_large"
  /// The header took too long to arrive.
  case headerTimeout = "header_timeout"
  /// The body arrived more slowly than the minimum rate.
  case bodyTimeout = "body_timeout"
  /// The client read the answer more slowly than the minimum rate.
  case writeTimeout = "write_timeout"
}

/// A request that is over.
public struct RequestRecord: Sendable {
  /// As `Request.id`.
  public let id: String
  public let remoteAddress: String
  public let method: HTTPRequest.Method
  /// The request target as received.
  public let target: String
  /// The pattern of the route that answered, nil where there was none.
  public let route: String?
  public let status: HTTPResponse.Status
  /// From the header's last byte to the answer's.
  public let duration: Duration
  /// Bytes of body received, without their framing.
  public let receivedBytes: Int
  /// Bytes of body sent.
  public let sentBytes: Int
  /// False where the client went away before it had the whole answer.
  public let isComplete: Bool
}
