#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An IPv4 or IPv6 address.  An IPv4 one that comes mapped into IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 one.
struct IPAddress: Hashable, Sendable {
  /// All 128 bits of an IPv6 address, those of its mapped form for an IPv4 one.
  let bits: UInt128

  /// Upper 96 bits of mapped addresses.
  private static let mapping: UInt128 = 0xFFFF

  var isIPv4: Bool { bits >> 32 == Self.mapping }

  init(bits: UInt128) { self.bits = bits }

  /// - Parameter text: four decimal numbers, or IPv6 text (RFC 4291 section 2.2) without brackets; a zone behind `%`
  ///   is left aside.  Nil for anything else.
  init?(_ text: some StringProtocol) {
    let zone = text.utf8.firstIndex(of: UInt8(ascii: "%"))
    let text = zone.map { String(text[..<$0]) } ?? String(text)
    // Because inet_pton takes text up to a null byte, one within it would hide the rest.
    guard !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    if zone == nil, inet_pton(AF_INET, text, &four) == 1 {
      bits = Self.mapping << 32 | UInt128(UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    // Because the structure is the sixteen bytes in network order and nothing else.
    bits = withUnsafeBytes(of: &six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
  }

  /// `127.0.0.0/8` or `::1`, which only the machine itself has (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
  var isLoopback: Bool { bits == 1 || bits >> 24 == Self.mapping << 8 | 127 }

  /// The address with only its first bits, counted in those of its own family.
  func masked(to length: Int) -> IPAddress {
    let kept = isIPv4 ? length + 96 : length
    return IPAddress(bits: kept == 0 ? 0 : bits & ~UInt128(0) << (128 - kept))
  }
}

extension IPAddress: CustomStringConvertible {
  /// The short form, `192.0.2.1` or `2001:db8::1` (RFC 5952).
  var description: String {
    // What the system's function writes is at most this long and ends with a null byte.
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    if isIPv4 {
      var four = in_addr(s_addr: UInt32(truncatingIfNeeded: bits).bigEndian)
      inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
    } else {
      var six = in6_addr()
      withUnsafeMutableBytes(of: &six) { bytes in
        for index in 0..<16 { bytes[index] = UInt8(truncatingIfNeeded: bits >> (120 - 8 * index)) }
      }
      inet_ntop(AF_INET6, &six, &text, socklen_t(text.count))
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
