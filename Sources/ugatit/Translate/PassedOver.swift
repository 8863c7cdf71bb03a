import Files

/// A file in a folder of pictures that is not translated, and why.
struct PassedOver: Sendable, Equatable {
  let path: FilePath
  /// What it is, as it stands after "as": "HEIC", "a folder".
  let what: String
  /// What to do, if there is something.
  var advice: String?

  var reason: String { what + (advice.map { ": \($0)" } ?? "") }

  /// A line for all that were passed over for one reason.
  static func lines(_ all: [PassedOver]) -> [String] {
    var groups: [(reason: PassedOver, paths: [FilePath])] = []
    for one in all {
      if let index = groups.firstIndex(where: { $0.reason.reason == one.reason }) {
        groups[index].paths.append(one.path)
      } else {
        groups.append((one, [one.path]))
      }
    }
    return groups.map { group in
      let shown = group.paths.prefix(shownPaths).map(\.description).joined(separator: ", ")
      let others = group.paths.count - shownPaths
      return "passed over as \(group.reason.what): \(shown)" + (others > 0 ? " and \(others) more" : "")
        + (group.reason.advice.map { " (\($0))" } ?? "")
    }
  }

  private static let shownPaths = 3
}

extension PassedOver: Encodable {
  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: MemberName.self)
    try members.encode(path, as: "path")
    try members.encode(reason, forKey: "reason")
  }
}
