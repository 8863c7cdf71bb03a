import HTTPTypes

/// Finds the handler of a request by method and path, and the policy that its path was registered with.
///
/// Paths nobody knows get 404; known paths with another method 405 and `Allow`; methods nobody knows 501.  `HEAD` is
/// answered by the handler of `GET` (the server leaves the body out), `OPTIONS` by the list of methods, unless a
/// route says otherwise.
///
///     var router = Router<Caller, Access>(otherwise: .keyed)
///     router.on("/models", .keyed, [.get: { request, caller in Response(text: "none for \(caller)") }])
///
/// - `Context`: what a handler gets beside the request.
/// - `Policy`: what else is to be known of a path before its handler is called.  The router only carries it, so that a
///   path is named once.
public struct Router<Context: Sendable, Policy: Sendable>: Sendable {
  /// Answers one request, or throws what `Response.answering` makes an answer of.
  public typealias Handler = @Sendable (Request, Context) async throws -> Response

  private struct Route: Sendable {
    let pattern: RoutePattern
    let policy: Policy
    let handlers: [HTTPRequest.Method: Handler]
  }

  private var routes: [Route] = []
  private let otherwise: Policy

  /// - Parameter otherwise: the policy of paths that nobody knows.
  public init(otherwise: Policy) { self.otherwise = otherwise }

  /// - Parameter pattern: literal segments and named ones, `/heatmap/{id}`; where two patterns match, the one with
  ///   the earlier literal wins.
  /// - Precondition: the pattern is well formed and not registered yet.
  public mutating func on(_ pattern: String, _ policy: Policy, _ handlers: [HTTPRequest.Method: Handler]) {
    let pattern = RoutePattern(pattern)
    precondition(!routes.contains { $0.pattern == pattern }, "\(pattern.description) is registered already")
    let index = routes.firstIndex { pattern.isMoreSpecific(than: $0.pattern) } ?? routes.endIndex
    routes.insert(Route(pattern: pattern, policy: policy, handlers: handlers), at: index)
  }

  /// All routes, those first that are looked at first.
  public var registered: [RegisteredRoute<Policy>] {
    routes.map {
      RegisteredRoute(
        pattern: $0.pattern.description, policy: $0.policy,
        methods: $0.handlers.keys.sorted { $0.rawValue < $1.rawValue })
    }
  }

  /// Where a request goes.  Decides by its header alone, and calls no handler yet.
  public func route(_ request: Request) -> Routing<Context, Policy> {
    if request.target.isAsterisk {
      let allow = Self.allow(routes.flatMap(\.handlers.keys))
      return Routing(request, otherwise, allow: allow) { _, _ in Self.options(allow: allow) }
    }
    for route in routes {
      guard let parameters = route.pattern.match(request.target.segments) else { continue }
      var request = request
      request.pathParameters = parameters
      let allow = Self.allow(route.handlers.keys)
      return Routing(
        request, route.policy, pattern: route.pattern.description, allow: allow,
        handler: handler(of: request, route, allow))
    }
    return Routing(request, otherwise, allow: "OPTIONS") { request, _ in
      guard request.head.method.isRegistered else { throw Problem.unknownMethod(request.head.method) }
      throw Problem(
        .notFound, title: "There is nothing at this path",
        detail: "No route is named \(request.path). Check the spelling of the path.")
    }
  }

  private func handler(of request: Request, _ route: Route, _ allow: String) -> Handler {
    let method = request.head.method
    if let handler = route.handlers[method] ?? (method == .head ? route.handlers[.get] : nil) {
      return handler
    }
    if method == .options { return { _, _ in Self.options(allow: allow) } }
    return { request, _ in
      guard method.isRegistered else { throw Problem.unknownMethod(method) }
      throw Problem(
        .methodNotAllowed, title: "The path does not take this method",
        detail: "\(request.path) takes \(allow), not \(method.rawValue).", headerFields: [.allow: allow])
    }
  }

  /// The value of `Allow` (RFC 9110 section 10.2.1) where these methods have handlers.
  private static func allow(_ methods: some Sequence<HTTPRequest.Method>) -> String {
    var names = Set(methods.map(\.rawValue)).union(["OPTIONS"])
    if names.contains("GET") { names.insert("HEAD") }
    return names.sorted().joined(separator: ", ")
  }

  private static func options(allow: String) -> Response {
    Response(status: .noContent, headerFields: [.allow: allow])
  }
}

/// A route as it was registered.
public struct RegisteredRoute<Policy: Sendable>: Sendable {
  public let pattern: String
  public let policy: Policy
  /// Those that have a handler of their own, sorted.
  public let methods: [HTTPRequest.Method]
}
