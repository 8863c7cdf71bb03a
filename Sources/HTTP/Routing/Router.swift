import HTTPTypes

/// Finds the handler of a request by method and path, and the policy that both were registered with.
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
    /// Of methods that it has no handler for: that of the first registered.
    let policy: Policy
    var endpoints: [HTTPRequest.Method: Endpoint] = [:]
  }

  private struct Endpoint: Sendable {
    let policy: Policy
    let handler: Handler
  }

  private var routes: [Route] = []
  private let otherwise: Policy

  /// - Parameter otherwise: the policy of paths that nobody knows.
  public init(otherwise: Policy) { self.otherwise = otherwise }

  /// - Parameter pattern: literal segments and named ones, `/heatmap/{id}`; where two patterns match, the one with
  ///   the earlier literal wins.
  /// - Precondition: the pattern is well formed, and none of the methods is registered for it yet.
  public mutating func on(_ pattern: String, _ policy: Policy, _ handlers: [HTTPRequest.Method: Handler]) {
    let pattern = RoutePattern(pattern)
    let index = routes.firstIndex { $0.pattern == pattern } ?? insert(Route(pattern: pattern, policy: policy))
    for (method, handler) in handlers {
      let endpoint = Endpoint(policy: policy, handler: handler)
      let before = routes[index].endpoints.updateValue(endpoint, forKey: method)
      precondition(before == nil, "\(method.rawValue) \(pattern.description) is registered already")
    }
  }

  /// - Returns: where it has its place.
  private mutating func insert(_ route: Route) -> Int {
    let index = routes.firstIndex { route.pattern.isMoreSpecific(than: $0.pattern) } ?? routes.endIndex
    routes.insert(route, at: index)
    return index
  }

  /// What is registered, those patterns first that are looked at first.
  public var registered: [RegisteredRoute<Policy>] {
    routes.flatMap { route in
      route.endpoints.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        RegisteredRoute(pattern: route.pattern.description, method: $0.key, policy: $0.value.policy)
      }
    }
  }

  /// Where a request goes.  Decides by its header alone, and calls no handler yet.
  public func route(_ request: Request) -> Routing<Context, Policy> {
    if request.target.isAsterisk {
      let allow = Self.allow(routes.flatMap(\.endpoints.keys))
      return Routing(request, otherwise, allow: allow) { _, _ in Self.options(allow: allow) }
    }
    for route in routes {
      guard let parameters = route.pattern.match(request.target.segments) else { continue }
      var request = request
      request.pathParameters = parameters
      let allow = Self.allow(route.endpoints.keys)
      let endpoint = endpoint(of: request.head.method, route, allow)
      return Routing(
        request, endpoint.policy, pattern: route.pattern.description, allow: allow, handler: endpoint.handler)
    }
    return Routing(request, otherwise, allow: "OPTIONS") { request, _ in
      guard request.head.method.isRegistered else { throw Problem.unknownMethod(request.head.method) }
      throw Problem(
        .notFound, title: "There is nothing at this path",
        detail: "No route is named \(request.path). Check the spelling of the path.")
    }
  }

  private func endpoint(of method: HTTPRequest.Method, _ route: Route, _ allow: String) -> Endpoint {
    if let endpoint = route.endpoints[method] ?? (method == .head ? route.endpoints[.get] : nil) {
      return endpoint
    }
    if method == .options {
      return Endpoint(policy: route.policy) { _, _ in Self.options(allow: allow) }
    }
    return Endpoint(policy: route.policy) { request, _ in
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

/// A pattern and a method that have a handler.
public struct RegisteredRoute<Policy: Sendable>: Sendable {
  public let pattern: String
  public let method: HTTPRequest.Method
  public let policy: Policy
}
