import Glibc

/// An address as text, without its port and without the interface of a link-local one: what lists of addresses and
/// networks have.  An IPv4 address that comes mapped into IPv6 (RFC 4291 section 2.5.5.2) gets its own form.
func addressText(_ address: inout sockaddr_storage) -> String {
  let family = Int32(address.ss_family)
  return withUnsafePointer(to: &address) { pointer in
    // Because the family says which of the two the storage holds.
    if family == AF_INET {
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        withUnsafeBytes(of: $0.pointee.sin_addr) { numericText(AF_INET, $0) }
      }
    }
    return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
      withUnsafeBytes(of: $0.pointee.sin6_addr) { bytes in
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped
          ? numericText(AF_INET, UnsafeRawBufferPointer(rebasing: bytes[12...]))
          : numericText(AF_INET6, bytes)
      }
    }
  }
}

private func numericText(_ family: Int32, _ bytes: UnsafeRawBufferPointer) -> String {
  String(unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { buffer in
    buffer.withMemoryRebound(to: CChar.self) { buffer in
      inet_ntop(family, bytes.baseAddress, buffer.baseAddress, socklen_t(buffer.count)) == nil
        ? 0 : strlen(buffer.baseAddress!)
    }
  }
}
