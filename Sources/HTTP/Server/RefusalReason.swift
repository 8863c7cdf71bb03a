/// Why the server refused a request, or refused or ended a connection.  The raw value is fit to be a metric's label.
public enum RefusalReason: String, CaseIterable, Sendable {
  /// More connections in all than the server holds: an idle one was closed for a new one, or a new one refused.
  case connectionLimit = "connection_limit"
  /// More connections from one address than it may have.
  case addressLimit = "address_limit"
  /// Accepting waits until the process has file descriptors again.
  case descriptorsExhausted = "descriptors_exhausted"
  /// The request, or the multipart body in it, breaks its syntax.
  case malformedRequest = "malformed_request"
  /// The request is well formed and asks for what is not done here: another version of HTTP, a transfer coding, a
  /// tunnel, an expectation.
  case unsupportedRequest = "unsupported_request"
  case targetTooLong = "target_too_long"
  /// More bytes of header, or of a trailer, than are taken.
  case headerTooLarge = "header_too_large"
  /// More header or trailer fields than are taken.
  case tooManyFields = "too_many_fields"
  case bodyTooLarge = "body_too_large"
  /// More parts of a form than are taken.
  case tooManyParts = "too_many_parts"
  /// More bytes of a form part's header than are taken.
  case partHeaderTooLarge = "part_header_too_large"
  /// The header took too long to arrive.
  case headerTimeout = "header_timeout"
  /// The header was unfinished, and others had begun since that needed its memory.
  case headerMemory = "header_memory"
  /// The body arrived more slowly than the minimum rate.
  case bodyTimeout = "body_timeout"
  /// The client read the answer more slowly than the minimum rate.
  case writeTimeout = "write_timeout"
  /// Nothing came on a connection for too long after its last answer.
  case idleTimeout = "idle_timeout"
  /// The connection has made as many requests as it may.
  case requestLimit = "request_limit"
}
