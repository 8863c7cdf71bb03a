/// Undoes percent-encoding (RFC 3986 section 2.1).
///
/// - Parameter plusIsSpace: `+` means a space, as in HTML forms.
/// - Throws: `Problem` 400 for a `%` without two hexadecimal digits, for bytes that are not UTF-8 once decoded, and
///   for control characters, which have no business in a path or a parameter.
func percentDecoded(_ bytes: Span<UInt8>, plusIsSpace: Bool = false) throws(Problem) -> String {
  var decoded: [UInt8] = []
  decoded.reserveCapacity(bytes.count)
  var index = 0
  while index < bytes.count {
    var byte = bytes[index]
    index += 1
    if byte == UInt8(ascii: "%") {
      guard index + 1 < bytes.count, let high = hexadecimalValue(bytes[index]),
        let low = hexadecimalValue(bytes[index + 1])
      else {
        throw .malformed(
          "A % in the request target is not followed by two hexadecimal digits; write %25 for a %.")
      }
      byte = high << 4 | low
      index += 2
    } else if plusIsSpace, byte == UInt8(ascii: "+") {
      byte = UInt8(ascii: " ")
    }
    if byte < 0x20 || byte == 0x7F {
      throw .malformed("The request target contains a control character once percent-decoded.")
    }
    decoded.append(byte)
  }
  guard let string = String(validating: decoded, as: UTF8.self) else {
    throw .malformed("The request target is not UTF-8 once percent-decoded.")
  }
  return string
}

func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
