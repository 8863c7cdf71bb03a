import HTTP
import HTTPTypes

/// Which other sites' pages may use the service from a browser (Fetch Standard, section 3.3, "CORS protocol").
///
/// Cookies and other credentials that a browser adds by itself are never asked for; a page sends its key itself.
public struct CrossOrigin: Sendable, Equatable {
  /// Nil for any.
  private let origins: Set<String>?

  /// - Parameter origins: as browsers send them, `https://example.org`, or `*` for any.
  /// - Throws: `OriginError` for what no browser sends.
  public init(origins: [String]) throws(OriginError) {
    for origin in origins where origin != "*" && !Self.isOrigin(origin) { throw OriginError(origin: origin) }
    self.origins = origins.contains("*") ? nil : Set(origins)
  }

  /// What a browser is told when it asks for leave beforehand; nil for every other request.
  ///
  /// Such a question carries no key, whatever the request behind it will carry.
  ///
  /// - Parameter allow: the methods of the path that is asked about, as `Allow` has them.
  func preflight(_ request: Request, allow: String) -> Response? {
    let fields = request.head.headerFields
    guard request.head.method == .options, let origin = fields[.origin],
      fields[.accessControlRequestMethod] != nil
    else { return nil }
    guard allows(origin) else {
      return Response(
        Problem(
          .forbidden, title: "Pages of this origin may not ask",
          detail: "The server's operator names the origins that may, with --cors-origin."))
    }
    return Response(
      status: .noContent,
      headerFields: [
        .accessControlAllowMethods: allow,
        // Not "*", in which Authorization would not be included.
        .accessControlAllowHeaders: "Authorization, Content-Type, X-Request-Id, traceparent, tracestate",
        // As long as any browser keeps it.
        .accessControlMaxAge: "7200",
      ])
  }

  /// Tells the browser whether the page that asked may read the answer.
  func mark(_ response: inout Response, to request: Request) {
    // What is said to one site must not be handed to another by a cache.
    if origins != nil { response.varies(by: "Origin") }
    guard let origin = request.head.headerFields[.origin], allows(origin) else { return }
    response.headerFields[.accessControlAllowOrigin] = origins == nil ? "*" : origin
    if request.head.method != .options {
      response.headerFields[.accessControlExposeHeaders] =
        "Translation-Id, Link, Server-Timing, Retry-After, X-Request-Id, traceresponse"
    }
  }

  private func allows(_ origin: String) -> Bool { origins?.contains(origin) ?? true }

  /// `scheme "://" host [ ":" port ]` in lower case (RFC 6454 section 6.2).  `null` is none: every sandbox sends it.
  private static func isOrigin(_ text: String) -> Bool {
    guard let colon = text.firstRange(of: "://") else { return false }
    let host = text[colon.upperBound...]
    return ["http", "https"].contains(text[..<colon.lowerBound]) && !host.isEmpty
      && host.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: ".-_:[]".utf8.contains(byte)
        }
      }
  }
}

extension Response {
  /// Tells caches of a field of requests that this answer depends on, beside those that they were told of.
  mutating func varies(by field: String) {
    headerFields[.vary] = headerFields[.vary].map { "\($0), \(field)" } ?? field
  }
}

/// An origin that no browser would send.
public struct OriginError: Error, CustomStringConvertible {
  let origin: String

  public var description: String {
    "'\(origin)' is no origin; it is written https://example.org or http://localhost:3000, in lower case and "
      + "without a path, or * for any"
  }
}
