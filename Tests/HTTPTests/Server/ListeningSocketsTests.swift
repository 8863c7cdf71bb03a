import Glibc
import Testing

@testable import HTTP

@Suite("Listening on the addresses of a host")
struct ListeningSocketsTests {
  /// Every system that has the first has the second, of the same family; the third may be switched off.
  private static let names = ["127.0.0.1", "127.0.0.2", "::1"]

  private func addresses(_ names: [String]) throws -> [SocketAddress] {
    try names.flatMap { try SocketAddress.all(of: $0) }
  }

  private func canConnect(to address: SocketAddress, _ port: Int) -> Bool {
    let client = Descriptor(socket(address.family, Int32(SOCK_STREAM.rawValue), 0))
    return address.with(port: port) { connect(client.number, $0, $1) == 0 }
  }

  @Test("is done on all of them, with one port, which may be any")
  func all() throws {
    let addresses = try addresses(Self.names)
    let sockets = try ListeningSockets(addresses, of: "test", port: 0)
    #expect(sockets.port > 0)
    #expect(sockets.all.map(\.port) == sockets.all.map { _ in sockets.port })
    #expect(sockets.all.count + sockets.failures.count == 3)
    #expect(sockets.all.count >= 2)
    for address in addresses.prefix(2) { #expect(canConnect(to: address, sockets.port)) }
  }

  @Test("is done on those that are free, and told of the others")
  func some() throws {
    let taken = try ListeningSockets(try addresses(["127.0.0.2"]), of: "test", port: 0)
    let sockets = try ListeningSockets(
      try addresses(["127.0.0.2", "127.0.0.1"]), of: "test", port: taken.port)
    #expect(sockets.port == taken.port)
    #expect(sockets.all.count == 1)
    #expect(sockets.failures == ["127.0.0.2: Address already in use"])
  }

  @Test("fails where none is free, with the reason")
  func none() throws {
    let taken = try ListeningSockets(host: "127.0.0.1", port: 0)
    let error = #expect(throws: ServerError.self) {
      try ListeningSockets(host: "127.0.0.1", port: taken.port)
    }
    #expect(
      error?.description == "cannot listen on 127.0.0.1 port \(taken.port): Address already in use")
    #expect(throws: ServerError.self) { try ListeningSockets(host: "no such host", port: 0) }
  }

  @Test("names each address once")
  func names() throws {
    let texts = try addresses(["localhost"]).map(\.text)
    #expect(!texts.isEmpty)
    #expect(Set(texts).count == texts.count)
  }

  @Test("lets nobody begin to connect at the end, and everybody in who has")
  func handshakes() throws {
    let address = try addresses(["127.0.0.1"])[0]
    let sockets = try ListeningSockets([address], of: "test", port: 0)
    #expect(canConnect(to: address, sockets.port))
    sockets.all[0].refuseHandshakes()
    let late = Descriptor(
      socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0))
    _ = address.with(port: sockets.port) { connect(late.number, $0, $1) }
    // Over the loopback a handshake is over when `connect` returns.
    var state = pollfd(fd: late.number, events: Int16(POLLOUT), revents: 0)
    #expect(poll(&state, 1, 0) == 0)
    guard case .connection = sockets.all[0].accept() else {
      Issue.record("who has connected is lost")
      return
    }
    guard case .none = sockets.all[0].accept() else {
      Issue.record("somebody has connected after the end")
      return
    }
  }
}
