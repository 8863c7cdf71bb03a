import Logging

/// Where a router sends a request.
public struct Routing<Context: Sendable, Policy: Sendable>: Sendable {
  /// What the request's path was registered with.
  public let policy: Policy
  /// The methods that the path takes, as `Allow` has them.
  public let allow: String
  /// The path's pattern, such as `/heatmap/{id}`; nil where nobody knows the path.
  public let pattern: String?
  /// The request, with what the names in the pattern stand for.
  private let request: Request
  private let handler: Router<Context, Policy>.Handler

  init(
    _ request: Request, _ policy: Policy, pattern: String? = nil, allow: String,
    handler: @escaping Router<Context, Policy>.Handler
  ) {
    self.request = request
    self.policy = policy
    self.pattern = pattern
    self.allow = allow
    self.handler = handler
  }

  /// The answer, whatever the handler throws.
  ///
  /// - Parameter logger: is told of errors that handlers throw and clients are not told of.
  public func respond(in context: Context, logger: Logger) async -> Response {
    var response = await Response.answering(request, logger: logger) { try await handler(request, context) }
    response.route = pattern
    return response
  }
}
