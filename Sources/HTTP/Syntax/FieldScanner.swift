/// Walks over a field value by the grammar that structured fields share (RFC 9110 section 5.6).
struct FieldScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  var isAtEnd: Bool { index == bytes.count }

  mutating func skipSpace() {
    while !isAtEnd, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
  }

  /// Skips `character` if it comes next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard !isAtEnd, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Skips to behind the next `character`, or to the end.
  mutating func skip(past character: Unicode.Scalar) {
    while !isAtEnd, !skip(character) { index += 1 }
  }

  /// `token`, section 5.6.2.
  mutating func token() -> String? {
    let start = index
    while !isAtEnd, ByteClass.token.contains(bytes[index]) { index += 1 }
    return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
  }

  /// `token / quoted-string`, section 5.6.4, the latter without its quotes and with `\"` and `\\` resolved.
  /// A backslash before anything else stands for itself, as in the paths that some browsers send.
  mutating func value() -> String? {
    guard skip("\"") else { return token() }
    var text: [UInt8] = []
    while !isAtEnd {
      if skip("\"") { return String(decoding: text, as: UTF8.self) }
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\\"), skip("\"") {
        text.append(UInt8(ascii: "\""))
      } else {
        if byte == UInt8(ascii: "\\") { _ = skip("\\") }
        text.append(byte)
      }
    }
    return nil
  }

  /// What stands between the quotes of an `entity-tag`, section 8.8.3, weak or not: unlike a quoted string it has no
  /// escapes.
  mutating func entityTag() -> String? {
    if skip("W"), !skip("/") { return nil }
    guard skip("\"") else { return nil }
    let start = index
    while !isAtEnd, bytes[index] != UInt8(ascii: "\"") { index += 1 }
    let opaque = bytes[start..<index]
    return skip("\"") ? String(decoding: opaque, as: UTF8.self) : nil
  }

  /// `*( OWS ";" OWS name "=" value )`, section 5.6.6, names in lower case, up to the end or a comma.
  ///
  /// - Returns: nil when there is something else.
  mutating func parameters() -> [Parameter]? {
    var parameters: [Parameter] = []
    while true {
      skipSpace()
      if isAtEnd || bytes[index] == UInt8(ascii: ",") { return parameters }
      guard skip(";") else { return nil }
      skipSpace()
      // An empty parameter is allowed.
      guard let name = token() else { continue }
      guard skip("="), let value = value() else { return nil }
      parameters.append(Parameter(name: name.lowercased(), value: value))
    }
  }
}

/// A parameter of a field value, such as `boundary=x`.
struct Parameter: Sendable, Equatable {
  let name: String
  let value: String
}
