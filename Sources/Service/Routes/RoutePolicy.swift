import HTTPTypes

/// What holds for every request to a path.  It is registered with the path's route and decided before the handler is
/// called, so that a path is named in one place.
struct RoutePolicy: Sendable {
  /// Whether a request takes a key where there are keys.
  let needsKey: Bool
  /// Whether it counts against the caller's rate.
  let isCounted: Bool
  /// Whether it takes an administrator.
  var needsAdministrator = false
  var purpose = Purpose.other
  /// What answers tell a browser; an answer's own fields of the same names go before them.
  var securityFields = HTTPFields.security

  /// What somebody asks for, as far as it says how soon they are to have it.
  enum Purpose: Sendable {
    /// Whether the service lives; who asks may end it when the answer is late.
    case probe
    case translation
    case other
  }

  // What anybody may ask, as often as they like.
  /// The pages, the help among them, and what they are made of: a browser that goes there has no key to send.
  static let page = RoutePolicy(needsKey: false, isCounted: false, securityFields: .page)
  /// What probes need to know.
  static let probe = RoutePolicy(needsKey: false, isCounted: false, purpose: .probe)
  /// What tells an operator how it goes must go on telling when it goes badly.
  static let operators = RoutePolicy(needsKey: true, isCounted: false)
  /// What changes the models.
  static let administrators = RoutePolicy(needsKey: true, isCounted: false, needsAdministrator: true)
  /// What the service is for.
  static let translation = RoutePolicy(needsKey: true, isCounted: true, purpose: .translation)
  /// All else, paths that nobody knows included.
  static let metered = RoutePolicy(needsKey: true, isCounted: true)
}
