/// Undoes percent-encoding (RFC 3986 section 2.1).
///
/// - Parameter plusIsSpace: `+` means a space, as in HTML forms.
/// - Throws: `Problem` 400 for a `%` without two hexadecimal digits.
func percentDecoded(_ bytes: Span<UInt8>, plusIsSpace: Bool = false) throws(Problem) -> [UInt8] {
  var decoded: [UInt8] = []
  decoded.reserveCapacity(bytes.count)
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    index += 1
    if byte == UInt8(ascii: "%") {
      guard index + 1 < bytes.count, let high = hexadecimalValue(bytes[index]),
        let low = hexadecimalValue(bytes[index + 1])
      else {
        throw .malformed(
          "A % in the request target is not followed by two hexadecimal digits; write %25 for a %.")
      }
      decoded.append(high << 4 | low)
      index += 2
    } else {
      decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
    }
  }
  return decoded
}

/// What bytes say in UTF-8, nil where they say nothing, or have control characters.
func plainText(_ bytes: [UInt8]) -> String? {
  bytes.contains(where: isControl) ? nil : String(validating: bytes, as: UTF8.self)
}

/// What bytes say in UTF-8, with U+FFFD for what is no text, for control characters and for `separator`.
///
/// RFC 3986 lets a URL have any encoded bytes, so it is no fault of a request to have such; but nothing here is named by
/// them, and neither a route nor a log nor a field of an answer is to meet them.
func repairedText(_ bytes: [UInt8], without separator: UInt8? = nil) -> String {
  guard bytes.contains(where: { isControl($0) || $0 == separator }) else {
    return String(decoding: bytes, as: UTF8.self)
  }
  let replacement = Array("\u{FFFD}".utf8)
  return String(
    decoding: bytes.flatMap { isControl($0) || $0 == separator ? replacement : [$0] }, as: UTF8.self)
}

private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
