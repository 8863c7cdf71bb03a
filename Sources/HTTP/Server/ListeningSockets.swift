import Glibc

/// Why a server cannot listen.
public struct ServerError: Error, CustomStringConvertible {
  public let description: String
}

/// A socket on each address of a host, all with one port: `localhost` is an address of IPv4 and one of IPv6.
struct ListeningSockets {
  let all: [ListeningSocket]
  /// Addresses that cannot be listened on, and why.
  let failures: [String]
  var port: Int { all[0].port }

  /// - Parameter port: 0 for any that is free for all of the addresses.
  /// - Throws: `ServerError` when `host` has no address or none that can be listened on.  One is enough: a machine whose
  ///   names have addresses of IPv6 may have that switched off.
  init(host: String, port: Int) throws(ServerError) {
    try self.init(try SocketAddress.all(of: host), of: host, port: port)
  }

  init(_ addresses: [SocketAddress], of host: String, port: Int) throws(ServerError) {
    var opened = Self.open(addresses, port: port)
    // The port that was free for the first may be taken for the next.
    var attempts = 1
    while port == 0, attempts < Self.attempts,
      opened.failures.contains(where: { $0.error.number == EADDRINUSE })
    {
      opened = Self.open(addresses, port: port)
      attempts += 1
    }
    all = opened.sockets
    failures = opened.failures.map { "\($0.address.text): \($0.error.reason)" }
    guard all.isEmpty else { return }
    throw ServerError(
      description: "cannot listen on \(host) port \(port): "
        + (opened.failures.first?.error.reason ?? "it has no address"))
  }

  private static let attempts = 10

  private static func open(
    _ addresses: [SocketAddress], port: Int
  ) -> (sockets: [ListeningSocket], failures: [(address: SocketAddress, error: ListeningSocket.Failure)]) {
    var sockets: [ListeningSocket] = []
    var failures: [(address: SocketAddress, error: ListeningSocket.Failure)] = []
    for address in addresses {
      do throws(ListeningSocket.Failure) {
        sockets.append(try ListeningSocket(address, port: sockets.first?.port ?? port))
      } catch {
        failures.append((address, error))
      }
    }
    return (sockets, failures)
  }
}
