import HTTPTypes

/// Parses `field-name ":" OWS field-value OWS` (RFC 9112 section 5).
///
/// - Parameter line: free of control characters other than the tab, as `LineReader` delivers it.
/// - Throws: `Problem` 400 for a name that is not a token, which covers a space before the colon, an empty name
///   (section 5.1) and folded lines (section 5.2).
func parseFieldLine(_ line: Span<UInt8>) throws(Problem) -> HTTPField {
  var nameEnd = 0
  while nameEnd < line.count, ByteClass.token.contains(line[nameEnd]) { nameEnd += 1 }
  guard nameEnd > 0, nameEnd < line.count, line[nameEnd] == UInt8(ascii: ":") else {
    throw .malformed(
      "A header line is not a name, a colon and a value: no space may stand before the colon or begin the line."
    )
  }
  let name = line.extracting(..<nameEnd).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  // A non-empty token always makes a name.
  let fieldName = HTTPField.Name(name)!
  var start = nameEnd + 1
  var end = line.count
  while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
  while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
  return line.extracting(start..<end).withUnsafeBufferPointer { HTTPField(name: fieldName, value: $0) }
}

/// The elements of comma-separated lists (RFC 9110 section 5.6.1), trimmed, in lower case; empty ones included.
func listElements(_ values: [String]) -> [String] {
  values.flatMap { value in
    value.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0).lowercased() }
  }
}

func trimmed(_ text: some StringProtocol) -> String {
  var text = Substring(text)
  while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
  while let last = text.last, last == " " || last == "\t" { text.removeLast() }
  return String(text)
}
