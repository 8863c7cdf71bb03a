import Glibc
import Synchronization

/// Clients that hold a server's connections without ever being done, on one thread.  When the server ends one of them
/// it comes back at once.
final class HostileClients: Sendable {
  enum Kind: CaseIterable {
    /// A header, byte by byte.
    case dripsHeader
    /// A body, byte by byte.
    case dripsBody
    /// Requests, one after the other, and never reads what comes back.
    case neverReads
    /// Nothing at all.
    case silent
  }

  private struct Connection {
    let kind: Kind
    let source: UInt8
    var descriptor: Int32
    var nextByte: Double
    var hasBegun = false
  }

  private let isOver = Atomic(false)
  private let counts = Mutex((open: 0, endedByServer: 0))

  /// Connections that are open now, and how many the server has ended so far.
  var count: (open: Int, endedByServer: Int) { counts.withLock { $0 } }

  func stop() { isOver.store(true, ordering: .relaxed) }

  /// Waits for so many connections to be there.
  /// - Throws: where they are not after a minute, so that what cannot begin fails rather than hangs.
  func waitUntilOpen(_ connections: Int) throws {
    let end = now() + 60
    while count.open < connections {
      guard now() < end else { throw SystemError("\(count.open) of \(connections) hostile connections") }
      usleep(10_000)
    }
  }

  /// Attacks until `stop`.
  func run(port: UInt16, ofEachKind number: Int) throws {
    var connections: [Connection] = []
    for (index, kind) in Kind.allCases.enumerated() {
      for _ in 0..<number { connections.append(try Self.open(kind, source: UInt8(10 + index), port: port)) }
    }
    defer { for connection in connections { close(connection.descriptor) } }
    while !isOver.load(ordering: .relaxed) {
      var watched = connections.map { connection in
        // Of one that never reads only the end is of interest.
        let events = connection.kind == .neverReads ? rdhup : Int16(POLLIN) | rdhup
        return pollfd(fd: connection.descriptor, events: events, revents: 0)
      }
      poll(&watched, nfds_t(watched.count), 20)
      var ended = 0
      for index in connections.indices {
        if watched[index].revents != 0, Self.hasEnded(connections[index]) {
          ended += 1
          close(connections[index].descriptor)
          connections[index] = try Self.open(
            connections[index].kind, source: connections[index].source, port: port)
        } else {
          Self.drip(&connections[index])
        }
      }
      counts.withLock { $0 = (connections.count, $0.endedByServer + ended) }
    }
  }

  private static func open(_ kind: Kind, source: UInt8, port: UInt16) throws -> Connection {
    let descriptor = try openConnection(
      port: port, source: source, waits: false, receiveBuffer: kind == .neverReads ? 4096 : nil)
    // Spread over the second, as strangers are.
    return Connection(
      kind: kind, source: source, descriptor: descriptor, nextByte: now() + Double.random(in: 0...0.5))
  }

  private static func hasEnded(_ connection: Connection) -> Bool {
    if connection.kind == .neverReads { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(connection.descriptor, &buffer, buffer.count, 0)
    return count == 0 || (count < 0 && errno != EAGAIN)
  }

  private static func drip(_ connection: inout Connection) {
    guard connection.kind != .silent, now() >= connection.nextByte else { return }
    connection.nextByte += 0.5
    let text: String
    switch connection.kind {
    case .dripsHeader: text = connection.hasBegun ? "a" : "GET /health HTTP/1.1\r\nHost: localhost\r\nA: "
    case .dripsBody:
      text =
        connection.hasBegun
        ? "a" : "POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
    case .neverReads: text = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    case .silent: return
    }
    // What does not go out now is left out: so much the more hostile.
    let sent = send(connection.descriptor, text, text.utf8.count, 0)
    if sent > 0 { connection.hasBegun = true }
  }
}

/// POLLRDHUP (poll(2)), which Swift's Glibc module leaves out: the other side has ended its part.
private let rdhup: Int16 = 0x2000
