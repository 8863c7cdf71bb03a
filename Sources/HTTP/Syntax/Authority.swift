import Glibc

/// Checks `host [":" port]` as `Host` and absolute-form targets carry it (RFC 9110 section 7.2, RFC 3986 section
/// 3.2), without user information, which section 4.2.4 tells recipients to treat as an error.
///
/// - Returns: the authority as text.
/// - Throws: `Problem` 400 when it is empty (an http URL has a host, RFC 9110 section 4.2.1) or invalid.
func validAuthority(_ bytes: Span<UInt8>) throws(Problem) -> String {
  var hostEnd = 0
  if !bytes.isEmpty, bytes[0] == UInt8(ascii: "[") {
    while hostEnd < bytes.count, bytes[hostEnd] != UInt8(ascii: "]") { hostEnd += 1 }
    guard hostEnd < bytes.count, isIPv6Address(bytes.extracting(1..<hostEnd)) else { throw .invalidHost }
    hostEnd += 1
  } else {
    while hostEnd < bytes.count, bytes[hostEnd] != UInt8(ascii: ":") { hostEnd += 1 }
    guard hostEnd > 0, isRegisteredName(bytes.extracting(..<hostEnd)) else { throw .invalidHost }
  }
  if hostEnd < bytes.count {
    guard bytes[hostEnd] == UInt8(ascii: ":"), isPort(bytes.extracting((hostEnd + 1)...)) else {
      throw .invalidHost
    }
  }
  return bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
}

/// The only address in brackets that there is yet (RFC 3986 section 3.2.2).
private func isIPv6Address(_ bytes: Span<UInt8>) -> Bool {
  // The longest has 45 characters.
  guard bytes.count <= 45 else { return false }
  var text = bytes.withUnsafeBufferPointer { $0.map { CChar(bitPattern: $0) } }
  text.append(0)
  var address = in6_addr()
  return inet_pton(AF_INET6, text, &address) == 1
}

/// `reg-name`, which a dotted IPv4 address is as well.
private func isRegisteredName(_ bytes: Span<UInt8>) -> Bool {
  var index = 0
  while index < bytes.count {
    guard ByteClass.registeredName.contains(bytes[index]) else { return false }
    if bytes[index] == UInt8(ascii: "%") {
      guard index + 2 < bytes.count, hexadecimalValue(bytes[index + 1]) != nil,
        hexadecimalValue(bytes[index + 2]) != nil
      else { return false }
    }
    index += 1
  }
  return true
}

/// At most five digits, none included, up to 65535.
private func isPort(_ bytes: Span<UInt8>) -> Bool {
  guard bytes.count <= 5 else { return false }
  var value = 0
  for index in bytes.indices {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return false }
    value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
  }
  return value <= 65535
}

extension Problem {
  static let invalidHost = Problem.malformed(
    "The host of the request is not valid. Send exactly one Host field: a name or address and, after a colon, a port."
  )
}
