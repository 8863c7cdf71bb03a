/// The path of a route: literal segments and named ones, `/heatmap/{id}`.
struct RoutePattern: Sendable, Equatable {
  enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
  }

  let description: String
  let segments: [Segment]

  /// - Precondition: `pattern` begins with `/`; a brace only opens or closes a whole segment.
  init(_ pattern: String) {
    precondition(pattern.hasPrefix("/"), "a route's pattern begins with a slash: \(pattern)")
    description = pattern
    segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
      guard segment.hasPrefix("{"), segment.hasSuffix("}") else {
        precondition(!segment.contains { "{}".contains($0) }, "a parameter is a whole segment: \(pattern)")
        return .literal(String(segment))
      }
      return .parameter(String(segment.dropFirst().dropLast()))
    }
  }

  /// What the parameters stand for when `path` matches, nil when it does not.  A parameter is never empty.
  func match(_ path: [String]) -> [String: String]? {
    guard path.count == segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (segment, value) in zip(segments, path) {
      switch segment {
      case .literal(let literal): if literal != value { return nil }
      case .parameter(let name):
        if value.isEmpty { return nil }
        parameters[name] = value
      }
    }
    return parameters
  }

  /// Whether, of two patterns that match one path, this is the one to take: the first literal from the left decides.
  func isMoreSpecific(than other: RoutePattern) -> Bool {
    for (mine, theirs) in zip(segments, other.segments) {
      switch (mine, theirs) {
      case (.literal, .parameter): return true
      case (.parameter, .literal): return false
      default: continue
      }
    }
    return false
  }
}
