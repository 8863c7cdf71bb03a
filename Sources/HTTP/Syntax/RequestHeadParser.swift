import HTTPTypes

/// Reads one request's line and header from bytes that arrive in pieces.  The result does not depend on the pieces.
struct RequestHeadParser {
  struct Limits {
    var targetBytes: Int
    var headerBytes: Int
    var fields: Int
  }

  private let limits: Limits
  private var lines: LineReader
  private var requestLine: RequestLine?
  private var fields = HTTPFields()
  private var skippedEmptyLine = false
  private var byteCount = 0

  init(limits: Limits) {
    self.limits = limits
    // A method and a version go with the target.
    lines = LineReader(budget: min(limits.targetBytes + 48, limits.headerBytes))
  }

  /// Whether a byte of a request has been seen.
  var hasBegun: Bool { requestLine != nil || lines.isInsideLine || skippedEmptyLine }

  /// Bytes of memory that it holds, near enough to bound those of many: what has been read, and each field's own.
  var memory: Int { byteCount + 256 * fields.count + 512 }

  /// The method as soon as it has been read, whatever is wrong with what follows it.
  var method: HTTPRequest.Method? { requestLine?.method ?? RequestLine.method(of: lines.line.span) }

  /// Reads on.
  ///
  /// - Parameter index: where to begin in `input`; is moved behind what was read.
  /// - Returns: the head when it is complete; nil when the input is used up.  The parser is done then, or after it
  ///   has thrown.
  /// - Throws: `Problem`, after which the connection cannot be used: nobody knows where the next request begins.
  mutating func parse(_ input: Span<UInt8>, from index: inout Int) throws(Problem) -> RequestHead? {
    let start = index
    defer { byteCount += index - start }
    while true {
      switch try lines.read(input, from: &index) {
      case .line: if let head = try takeLine() { return head }
      case .needsInput: return nil
      case .exhausted: throw budgetProblem
      }
    }
  }

  private var budgetProblem: Problem {
    if requestLine != nil { return .headerTooLarge(limit: limits.headerBytes) }
    // Without a space in all this there is not even a method.
    return lines.line.contains(UInt8(ascii: " "))
      ? .targetTooLong(limit: limits.targetBytes) : .badRequestLine
  }

  private mutating func takeLine() throws(Problem) -> RequestHead? {
    if let requestLine {
      if lines.line.isEmpty { return try RequestHead(requestLine, fields) }
      if fields.count == limits.fields { throw .tooManyFields(limit: limits.fields) }
      fields.append(try parseFieldLine(lines.line.span))
    } else if !lines.line.isEmpty {
      requestLine = try RequestLine(parsing: lines.line.span, maximumTargetBytes: limits.targetBytes)
      lines.budget = max(0, limits.headerBytes - lines.line.count - 2)
    } else {
      // RFC 9112 section 2.2: one empty line before the request is forgiven.
      if skippedEmptyLine { throw .malformed("A request must not begin with empty lines.") }
      skippedEmptyLine = true
    }
    return nil
  }
}

extension Problem {
  fileprivate static func headerTooLarge(limit: Int) -> Problem {
    Problem(
      .requestHeaderFieldsTooLarge, refusal: .headerTooLarge, title: "The request header is too large",
      detail: "At most \(limit) bytes of request line and header are accepted. Send fewer or shorter fields.")
  }

  fileprivate static func tooManyFields(limit: Int) -> Problem {
    Problem(
      .requestHeaderFieldsTooLarge, refusal: .tooManyFields, title: "The request has too many header fields",
      detail: "At most \(limit) header fields are accepted. Send fewer.")
  }
}
