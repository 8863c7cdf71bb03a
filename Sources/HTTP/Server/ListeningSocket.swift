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
        return .connection(descriptor, address: Self.text(&address, length))
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

  /// The address without its port; an IPv4 one in its own form even where it comes by IPv6.
  private static func text(_ address: inout sockaddr_storage, _ length: socklen_t) -> String {
    let text = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        String(unsafeUninitializedCapacity: Int(NI_MAXHOST)) { buffer in
          buffer.withMemoryRebound(to: CChar.self) { buffer in
            let status = getnameinfo(
              address, length, buffer.baseAddress, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            return status == 0 ? strlen(buffer.baseAddress!) : 0
          }
        }
      }
    }
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
  }
}
