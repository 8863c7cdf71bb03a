/// Reads a JSON text (RFC 8259) from its front to its end, value by value, into what the caller makes of them.
///
///     var reader = JSONReader(bytes)
///     try reader.object { name, value in
///       if name == "shape" { shape = try value.array { try $0.wholeNumber() } } else { try value.skip() }
///     }
///     try reader.end()
///
/// Nothing is kept that the caller does not keep, so that half a million numbers cost four bytes each, and nesting is
/// bounded.
struct JSONReader {
  /// The whole text.
  let bytes: ArraySlice<UInt8>
  private var position: Int
  private var depth = 0

  /// Arrays and objects within one another, at most.
  private static let maxDepth = 64

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  enum Kind { case object, array, string, number, boolean, null }

  /// What comes next.
  /// - Throws: where no value begins here.
  mutating func kind() throws(JSONError) -> Kind {
    skipSpace()
    guard let byte = peek else { throw expected("a value") }
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    default: throw expected("a value")
    }
  }

  /// - Parameter member: is called for each member and has to read its value.
  /// - Throws: also for a name that comes twice, of which readers make different things (section 4).
  mutating func object(_ member: (String, inout JSONReader) throws -> Void) throws {
    var names: Set<String> = []
    try items(from: "{", to: "}", what: "an object") { reader in
      let start = reader.position
      let name = try reader.string()
      guard names.insert(name).inserted else {
        throw JSONError(offset: start - reader.bytes.startIndex, "'\(name.prefix(64))' comes twice")
      }
      reader.skipSpace()
      guard reader.take(":") else { throw reader.expected("':'") }
      try member(name, &reader)
    }
  }

  /// - Parameter element: is called for each element and has to read it.
  mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
    try items(from: "[", to: "]", what: "an array", element)
  }

  mutating func string() throws(JSONError) -> String {
    let start = position
    let utf8 = try stringBytes()
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw JSONError(offset: start - bytes.startIndex, "the text is not UTF-8")
    }
    return text
  }

  /// The bytes that a string stands for, UTF-8 if the text is.
  mutating func stringBytes() throws(JSONError) -> [UInt8] {
    skipSpace()
    guard take("\"") else { throw expected("a string") }
    var content: [UInt8] = []
    while true {
      // As far as nothing is escaped it is copied whole.
      let plain = bytes[position...].prefix {
        $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20
      }
      content += plain
      position = plain.endIndex
      if take("\"") { return content }
      guard take("\\") else { throw expected("the end of the string") }
      content += try escaped()
    }
  }

  mutating func number() throws(JSONError) -> Double {
    let text = try numberText()
    guard let number = Double(text), number.isFinite else { throw expected("a number that is not too large") }
    return number
  }

  /// The nearest one; those that are too large for it are infinite.
  mutating func float() throws(JSONError) -> Float {
    let text = try numberText()
    guard let number = Float(text) else { throw expected("a number") }
    return number
  }

  /// A number without a fraction, however it is written: to JSON and its schemas 2, 2.0 and 2e0 are one.
  mutating func wholeNumber() throws(JSONError) -> Int {
    let start = position
    let text = try numberText()
    guard let number = Int(json: text) else {
      throw JSONError(offset: start - bytes.startIndex, "'\(text.prefix(32))' is not a whole number")
    }
    return number
  }

  mutating func boolean() throws(JSONError) -> Bool {
    skipSpace()
    if take(word: "true") { return true }
    guard take(word: "false") else { throw expected("true or false") }
    return false
  }

  /// Reads a value, whatever it is.
  /// - Returns: its text.
  @discardableResult
  mutating func skip() throws -> ArraySlice<UInt8> {
    let kind = try kind()
    let start = position
    switch kind {
    case .object: try object { try $1.skip() }
    case .array: try array { try $0.skip() }
    case .string: _ = try stringBytes()
    case .number: _ = try numberText()
    case .boolean: _ = try boolean()
    case .null: guard take(word: "null") else { throw expected("null") }
    }
    return bytes[start..<position]
  }

  /// - Throws: where something follows.
  mutating func end() throws(JSONError) {
    skipSpace()
    if peek != nil { throw expected("the end") }
  }

  private mutating func items(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar, what: String,
    _ item: (inout JSONReader) throws -> Void
  ) throws {
    skipSpace()
    guard take(opening) else { throw expected(what) }
    guard depth < Self.maxDepth else { throw expected("fewer than \(Self.maxDepth) values in one another") }
    depth += 1
    defer { depth -= 1 }
    skipSpace()
    if take(closing) { return }
    repeat {
      try item(&self)
      skipSpace()
    } while take(",")
    guard take(closing) else { throw expected("',' or '\(closing)'") }
  }

  /// Section 6: `[ minus ] int [ frac ] [ exp ]`.
  private mutating func numberText() throws(JSONError) -> Substring {
    skipSpace()
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return Substring(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    if position == start { throw expected("a digit") }
  }

  /// What stands for behind a backslash, section 7.
  private mutating func escaped() throws(JSONError) -> [UInt8] {
    guard let byte = peek else { throw expected("what is escaped") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
    default: throw expected("one of \\ \" / b f n r t u")
    }
  }

  private mutating func escapedScalar() throws(JSONError) -> Character {
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return Character(scalar) }
    guard UTF16.isLeadSurrogate(unit), take(word: "\\u"), case let trail = try codeUnit(),
      UTF16.isTrailSurrogate(trail),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(trail) & 0x3FF)
    else { throw expected("two halves of a character") }
    return Character(scalar)
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }
    guard digits.count == 4, isHexadecimal,
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw expected("four hexadecimal digits") }
    position += 4
    return unit
  }

  private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private func expected(_ what: String) -> JSONError {
    JSONError(offset: position - bytes.startIndex, "there should be \(what)")
  }
}

/// Why a text is no JSON, or not of the form that is read.
struct JSONError: Error, Equatable, CustomStringConvertible {
  /// Bytes before it.
  let offset: Int
  private let reason: String

  init(offset: Int, _ reason: String) {
    self.offset = offset
    self.reason = reason
  }

  var description: String { "at byte \(offset): \(reason)" }
}

extension Int {
  /// Nil for what has a fraction or is too large.
  init?(json text: some StringProtocol) {
    guard let number = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) }) else { return nil }
    self = number
  }
}
