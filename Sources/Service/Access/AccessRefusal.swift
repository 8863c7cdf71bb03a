import HTTP
import HTTPTypes

/// Why a request is not let in.
enum AccessRefusal: Error, Equatable {
  case noKey
  case malformedKey
  case unknownKey
  /// For how long.
  case rateLimit(Duration)

  var cause: RefusalCause {
    switch self {
    case .noKey: .noKey
    case .malformedKey: .malformedKey
    case .unknownKey: .unknownKey
    case .rateLimit: .rateLimit
    }
  }

  /// What the client is told; for keys, RFC 6750 section 3.
  var problem: Problem {
    switch self {
    case .noKey:
      Problem(
        .unauthorized, title: "A key is needed",
        detail: "Send the key that the operator gave you: curl -H 'Authorization: Bearer KEY'.",
        headerFields: [.wwwAuthenticate: Self.challenge])
    case .malformedKey:
      Problem(
        .badRequest, title: "The Authorization field is wrong",
        detail: "Send it once, as 'Authorization: Bearer KEY', with the key as it was given to you.",
        headerFields: [.wwwAuthenticate: Self.challenge + ", error=\"invalid_request\""])
    case .unknownKey:
      Problem(
        .unauthorized, title: "The key is not valid",
        detail: "It was never one, or is none any more. Ask the operator for another.",
        headerFields: [.wwwAuthenticate: Self.challenge + ", error=\"invalid_token\""])
    case .rateLimit(let wait):
      Problem(
        .tooManyRequests, title: "These are too many requests",
        detail: "Wait for the seconds in Retry-After, then ask at an even pace.",
        headerFields: [.retryAfter: "\(max(1, Int(wait.seconds.rounded(.up))))"])
    }
  }

  private static let challenge = "Bearer realm=\"ugatit\""
}
