import HTTPTypes
import Logging

/// Finds the handler of a request by method and path.
///
/// Paths nobody knows get 404; known paths with another method 405 and `Allow`; methods nobody knows 501.  `HEAD` is
/// answered by the handler of `GET` (the server leaves the body out), `OPTIONS` by the list of methods, unless a
/// route says otherwise.
public struct Router: Sendable {
  private struct Route: Sendable {
    let pattern: RoutePattern
    var handlers: [HTTPRequest.Method: Handler]
  }

  private var routes: [Route] = []
  private let logger: Logger

  /// - Parameter logger: is told of errors that handlers throw and clients are not told of.
  public init(logger: Logger) { self.logger = logger }

  /// - Parameter pattern: literal segments and named ones, `/heatmap/{id}`; where two patterns match, the one with
  ///   the earlier literal wins.
  /// - Precondition: the pattern is well formed and has no handler for `method` yet.
  public mutating func on(_ method: HTTPRequest.Method, _ pattern: String, _ handler: @escaping Handler) {
    let pattern = RoutePattern(pattern)
    if let index = routes.firstIndex(where: { $0.pattern == pattern }) {
      precondition(
        routes[index].handlers[method] == nil, "\(method) \(pattern.description) has a handler already")
      routes[index].handlers[method] = handler
    } else {
      let index = routes.firstIndex { pattern.isMoreSpecific(than: $0.pattern) } ?? routes.endIndex
      routes.insert(Route(pattern: pattern, handlers: [method: handler]), at: index)
    }
  }

  public mutating func get(_ pattern: String, _ handler: @escaping Handler) { on(.get, pattern, handler) }

  public mutating func post(_ pattern: String, _ handler: @escaping Handler) { on(.post, pattern, handler) }

  /// The answer to `request`, whatever its handler throws.
  public func respond(to request: Request) async -> Response {
    if request.target.isAsterisk { return Self.options(allow: Self.allow(routes.flatMap(\.handlers.keys))) }
    for route in routes {
      guard let parameters = route.pattern.match(request.target.segments) else { continue }
      var request = request
      request.pathParameters = parameters
      var response = await answer(request, by: route)
      response.route = route.pattern.description
      return response
    }
    guard Self.knownMethods.contains(request.head.method) else { return Self.unknownMethod(request) }
    return Response(
      Problem(
        .notFound, title: "There is nothing at this path",
        detail: "No route is named \(request.path). Check the spelling of the path."))
  }

  private func answer(_ request: Request, by route: Route) async -> Response {
    let method = request.head.method
    let handler = route.handlers[method] ?? (method == .head ? route.handlers[.get] : nil)
    if let handler { return await Response.answering(request, with: handler, logger: logger) }
    guard Self.knownMethods.contains(method) else { return Self.unknownMethod(request) }
    let allow = Self.allow(route.handlers.keys)
    if method == .options { return Self.options(allow: allow) }
    return Response(
      Problem(
        .methodNotAllowed, title: "The path does not take this method",
        detail: "\(request.path) takes \(allow), not \(method.rawValue).", headerFields: [.allow: allow]))
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

  private static func unknownMethod(_ request: Request) -> Response {
    Response(
      Problem(
        .notImplemented, title: "The method is not known",
        detail:
          "\(request.head.method.rawValue) is no method of HTTP. Methods are written in capitals, such as GET."
      ))
  }

  /// RFC 9110 section 9.3 and RFC 5789.
  private static let knownMethods: Set<HTTPRequest.Method> = [
    .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch,
  ]
}
