import CEpoll
import Glibc

/// A socket that listens on one address.
struct ListeningSocket {
  let descriptor: Descriptor
  let port: Int

  struct Failure: Error {
    /// `errno`.
    let number: Int32

    var reason: String { String(cString: strerror(number)) }
  }

  /// - Parameter port: 0 for any that is free.
  init(_ address: SocketAddress, port: Int) throws(Failure) {
    let number = socket(
      address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw Failure(number: errno) }
    descriptor = Descriptor(number)
    descriptor.set(SO_REUSEADDR, at: SOL_SOCKET, to: Int32(1))
    // `::` then takes IPv4 as well, whatever the system's default.
    if address.family == AF_INET6 { descriptor.set(IPV6_V6ONLY, at: Int32(IPPROTO_IPV6), to: Int32(0)) }
    let isBound = address.with(port: port) { bind(number, $0, $1) == 0 }
    guard isBound, listen(number, Self.backlog) == 0 else { throw Failure(number: errno) }
    self.port = SocketAddress { getsockname(number, $0, $1) }.port
  }

  /// Connections that wait to be accepted.
  private static let backlog: Int32 = 4096

  /// From now on the system answers nobody who wants to connect; handshakes that have begun are completed, and wait to be
  /// accepted.  Where the system does not do that, nothing changes.
  func refuseHandshakes() { _ = ug_listener_refuse_handshakes(descriptor.number) }

  enum Acceptance {
    case connection(Descriptor, address: String)
    case none
    /// The process or the system has no descriptor left.
    case exhausted
  }

  /// Takes the next client in the queue.
  func accept() -> Acceptance {
    while true {
      var number: Int32 = -1
      let address = SocketAddress { address, length in
        number = Glibc.accept(descriptor.number, address, length)
        return number
      }
      if number >= 0 {
        let descriptor = Descriptor(number)
        // Because accept4, which does this at once, is not to be had from Swift.
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        descriptor.set(TCP_NODELAY, at: Int32(IPPROTO_TCP), to: Int32(1))
        return .connection(descriptor, address: address.text)
      }
      switch errno {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      case EAGAIN, EWOULDBLOCK: return .none
      // The client has gone already, or was interrupted: on to the next.
      default: continue
      }
    }
  }
}
