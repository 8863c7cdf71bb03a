/// What a server has answered.
struct Answer {
  let status: Int
  let body: [UInt8]
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// Finds the answers in what arrives on a connection.
struct AnswerReader {
  private var bytes: [UInt8] = []
  /// Where the body of the next answer begins, once its header is there.
  private var bodyStart: Int?

  mutating func append(_ more: ArraySlice<UInt8>) {
    let searched = max(0, bytes.count - 3)
    bytes += more
    if bodyStart == nil { findBody(from: searched) }
  }

  /// The next answer, nil as long as some of it is missing.
  mutating func next() throws -> Answer? {
    while let start = bodyStart {
      let status = Int(String(decoding: bytes[..<min(12, start)].suffix(3), as: UTF8.self))
      guard let status else { throw SystemError("what came is no answer") }
      let end = start + (Self.contentLength(bytes[..<start]) ?? 0)
      guard bytes.count >= end else { return nil }
      let body = Array(bytes[start..<end])
      bytes.removeFirst(end)
      bodyStart = nil
      findBody(from: 0)
      // An interim answer says nothing yet (RFC 9110 section 15.2).
      if status >= 200 { return Answer(status: status, body: body) }
    }
    return nil
  }

  private mutating func findBody(from first: Int) {
    bodyStart = (first..<max(first, bytes.count - 3)).first {
      bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
    }.map { $0 + 4 }
  }

  private static func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let field = lines.first { $0.lowercased().hasPrefix("content-length:") }
    return field.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
  }
}
