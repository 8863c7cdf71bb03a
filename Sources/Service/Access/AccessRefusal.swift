import HTTP
import HTTPTypes

/// Why a request is not let in.
enum AccessRefusal: Error, Equatable {
  case noKey
  case malformedKey
  case unknownKey
  /// For how long.
  case rateLimit(Duration)
  case noAdministrator(Administration)

  /// How administrators are known here.
  enum Administration {
    case byKey, byAddress
  }

  var cause: RefusalCause {
    switch self {
    case .noKey: .noKey
    case .malformedKey: .malformedKey
    case .unknownKey: .unknownKey
    case .rateLimit: .rateLimit
    case .noAdministrator: .noAdministrator
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
    case .noAdministrator(let administration):
      Problem(
        .forbidden, title: "Models are loaded and unloaded by administrators",
        detail: administration == .byKey
          ? "This key is not an administrator's. The operator makes one with 'ugatit key NAME --admin'."
          : "Without keys they are those who ask from the server's own machine, not through a proxy or a page in a "
            + "browser. Ask from there, or have the operator use keys ('ugatit key NAME --admin') or --open-admin."
      )
    }
  }

  private static let challenge = "Bearer realm=\"ugatit\""
}
