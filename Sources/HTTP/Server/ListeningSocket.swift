import Glibc

/// Why a server cannot listen.
public struct ServerError: Error, CustomStringConvertible {
  public let description: String
}

/// A socket that listens, and the addresses of those who connect to it.
struct ListeningSocket {
  let descriptor: Descriptor
  let port: Int

  /// - Throws: `ServerError` when `host` has no address or none that can be listened on.
  init(host: String, port: Int) throws(ServerError) {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Self.stream
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else {
      throw ServerError(description: "cannot listen on \(host): \(String(cString: gai_strerror(status)))")
    }
    defer { freeaddrinfo(list) }
    var reason = "it has no address"
    for candidate in sequence(first: list, next: { $0?.pointee.ai_next }) {
      guard let candidate = candidate?.pointee else { break }
      let number = socket(candidate.ai_family, Self.stream | Self.nonBlocking, 0)
      guard number >= 0 else {
        reason = String(cString: strerror(errno))
        continue
      }
      let descriptor = Descriptor(number)
      descriptor.set(SO_REUSEADDR, at: SOL_SOCKET, to: Int32(1))
      // `::` then takes IPv4 as well, whatever the system's default.
      if candidate.ai_family == AF_INET6 {
        descriptor.set(IPV6_V6ONLY, at: Int32(IPPROTO_IPV6), to: Int32(0))
      }
      if bind(number, candidate.ai_addr, candidate.ai_addrlen) == 0, listen(number, 4096) == 0 {
        self.descriptor = descriptor
        self.port = Self.boundPort(number)
        return
      }
      reason = String(cString: strerror(errno))
    }
    throw ServerError(description: "cannot listen on \(host) port \(port): \(reason)")
  }

  private static let stream = Int32(SOCK_STREAM.rawValue)
  private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

  enum Acceptance {
    case connection(Descriptor, address: String)
    case none
    /// The process or the system has no descriptor left.
    case exhausted
  }

  /// Takes the next client in the queue.
  func accept() -> Acceptance {
    while true {
      var address = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      // Because the system fills in any address as one of these.
      let number = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          Glibc.accept(descriptor.number, address, &length)
        }
      }
      if number >= 0 {
        let descriptor = Descriptor(number)
        // Because accept4, which does this at once, is not to be had from Swift.
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        descriptor.set(TCP_NODELAY, at: Int32(IPPROTO_TCP), to: Int32(1))
        return .connection(descriptor, address: addressText(&address))
      }
      switch errno {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      case EAGAIN, EWOULDBLOCK: return .none
      // The client has gone already, or was interrupted: on to the next.
      default: continue
      }
    }
  }

  private static func boundPort(_ number: Int32) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(number, $0, &length) }
      // The port lies at the same place in addresses of both families.
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
  }
}

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
