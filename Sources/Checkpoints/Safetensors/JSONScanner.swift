/// Reads the JSON (RFC 8259) that safetensors headers are made of, token by token, building no tree: objects
/// of strings and whole numbers.  Strict: no leading zeros, no control characters, UTF-8 and surrogate pairs
/// checked.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether only white space is left.
  mutating func isAtEnd() -> Bool { peek() == nil }

  /// The next byte after white space.
  mutating func peek() -> UInt8? {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  /// Consumes `character` if it comes next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Consumes `null` if it comes next.
  mutating func skipNull() -> Bool {
    guard peek() != nil, bytes[position...].starts(with: "null".utf8) else { return false }
    position += 4
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
    if !skip(character) { throw failure("\"\(character)\" expected") }
  }

  /// Reads `open`, items parted by commas, and `close`.
  mutating func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar,
    _ item: (inout JSONScanner) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect(open)
    if skip(close) { return }
    repeat { try item(&self) } while skip(",")
    try expect(close)
  }

  /// A whole number from 0 to `Int.max`.
  mutating func unsignedInteger() throws(CheckpointError) -> Int {
    guard let first = peek(), isDigit(first) else { throw failure("a whole number expected") }
    let start = position
    var value = 0
    while position < bytes.count, isDigit(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, carry) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
      if overflow || carry { throw failure("a number is too large") }
      value = next
      position += 1
    }
    if first == UInt8(ascii: "0") && position - start > 1 { throw failure("a number starts with 0") }
    return value
  }

  private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  mutating func string() throws(CheckpointError) -> String {
    try expect("\"")
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw failure("a string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw failure("a string holds a control character")
      default: content.append(byte)
      }
    }
    throw failure("a string does not end")
  }

  /// What follows a backslash.
  private mutating func escape() throws(CheckpointError) -> Unicode.Scalar {
    guard position < bytes.count else { throw failure("a string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws(CheckpointError) -> Unicode.Scalar {
    let unit = UInt32(try hexUnit())
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw failure("half a surrogate pair in a string") }
    position += 2
    let low = UInt32(try hexUnit())
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
    else { throw failure("half a surrogate pair in a string") }
    return scalar
  }

  private mutating func hexUnit() throws(CheckpointError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else {
        throw failure("four hexadecimal digits expected")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  func failure(_ what: String) -> CheckpointError {
    CheckpointError(.malformed, "the safetensors header is damaged at byte \(position + 8): \(what)")
  }
}
