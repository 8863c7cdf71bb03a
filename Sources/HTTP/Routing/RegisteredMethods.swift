import HTTPTypes

extension HTTPRequest.Method {
  /// Whether it stands in IANA's registry of HTTP methods (RFC 9110 section 16.1.1): what such a method means is
  /// known, so a path that does not take it says so (405); any other word is not understood (501).
  var isRegistered: Bool { registeredMethods.contains(rawValue) }
}

/// The registry in 2026, without `PRI` and `*`, which are reserved so that nobody uses them.
private let registeredMethods: Set<String> = [
  // RFC 9110 section 9.3, RFC 5789, and the safe query with a body.
  "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
  // WebDAV and what extends it: RFC 3253, 3648, 3744, 4437, 4791, 4918, 5323, 5842.
  "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LOCK", "MERGE", "MKACTIVITY",
  "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PROPFIND", "PROPPATCH",
  "REBIND",
  "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
  // RFC 2068 section 19.6.1.
  "LINK", "UNLINK",
]

extension Problem {
  static func unknownMethod(_ method: HTTPRequest.Method) -> Problem {
    Problem(
      .notImplemented, title: "The method is not known",
      detail:
        "\(method.rawValue) is no registered method of HTTP. Methods are written in capitals, such as GET.")
  }
}
