import HTTP
import HTTPTypes

/// How long a request may take, from the end of its body to the first byte of its answer.
struct TimeLimit {
  let duration: Duration

  /// What the client asks for with `Request-Timeout: SECONDS`, and no more than the server allows.
  ///
  /// - Parameter most: the server's limit.
  /// - Throws: `Problem` 400 for what is no number of seconds above 0.
  init(_ request: Request, most: Duration) throws(Problem) {
    guard let text = request.head.headerFields[.requestTimeout] else {
      duration = most
      return
    }
    guard let seconds = Double(text), seconds > 0, seconds.isFinite,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
      )
    else {
      throw Problem(
        .badRequest, title: "The Request-Timeout field is wrong",
        detail: "'\(text)' is no time; send a number of seconds above 0, as in Request-Timeout: 2.5.")
    }
    duration = min(.milliseconds(min(seconds * 1000, 1e12).rounded()), most)
  }

  /// When the time is over that begins now.
  var deadline: ContinuousClock.Instant { .now + duration }
}

extension HTTPField.Name {
  // The name is a token, so that it is not nil.
  static let requestTimeout = HTTPField.Name("Request-Timeout")!
}
