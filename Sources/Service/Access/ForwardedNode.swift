/// Whom a proxy says that it forwards for (RFC 7239 section 6).
enum ForwardedNode: Hashable {
  case address(IPAddress)
  /// `unknown`, an obfuscated identifier such as `_hidden`, or what is no identifier at all.
  case hidden

  /// - Parameter text: an address, an IPv6 one in brackets or (as `X-Forwarded-For` has it) without, perhaps with a
  ///   colon and a port, which may itself be obfuscated.
  init(_ text: some StringProtocol) {
    self = Self.address(in: String(text)).map(ForwardedNode.address) ?? .hidden
  }

  private static func address(in text: String) -> IPAddress? {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let address = IPAddress(text[..<end].dropFirst())
      return isPort(text[text.index(after: end)...]) && address?.isIPv4 == false ? address : nil
    }
    if let address = IPAddress(text) { return address }
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    return isPort(text[colon...]) ? IPAddress(text[..<colon]).flatMap { $0.isIPv4 ? $0 : nil } : nil
  }

  /// Nothing, or a colon and `node-port`: digits, or an underscore and a name.
  private static func isPort(_ text: Substring) -> Bool {
    if text.isEmpty { return true }
    let port = text.dropFirst()
    guard text.first == ":", let first = port.utf8.first else { return false }
    let isObfuscated = first == UInt8(ascii: "_")
    return (isObfuscated ? port.dropFirst() : port).utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        isObfuscated
      default: false
      }
    }
  }
}
