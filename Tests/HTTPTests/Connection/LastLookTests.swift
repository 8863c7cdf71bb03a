import Dispatch
import Glibc
import HTTPTypes
import Testing

@testable import HTTP

@Suite("Before a client is given up for sending nothing")
struct LastLookTests {
  private static func request(_ number: Int) -> [UInt8] {
    Array("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
  }

  static let ends: [(name: String, end: @Sendable (isolated Connection) -> Void)] = [
    (
      "its idle time is over",
      { _ = $0.checkDeadline(DispatchTime.now().uptimeNanoseconds + 100_000_000_000) }
    ),
    ("another is to have its place", { $0.giveWay() }),
    ("the server ends", { $0.enter(.ending) }),
  ]

  /// All that happens on the loop's queue while this holds it, so that the poller cannot tell of what comes.
  @Test("what has come is read and answered, and what has not ends the connection", arguments: ends.indices)
  func lastLook(_ index: Int) async throws {
    for hasCome in [true, false] {
      var ends: [Int32] = [0, 0]
      let status = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends)
      try #require(status == 0)
      let client = Descriptor(ends[1])
      let loop = EventLoop(label: "test")
      let answered = [OneShot<Void>(), OneShot<Void>()]
      let context = ServerContext(
        configuration: ServerConfiguration(), observer: RecordingObserver(), logger: silentLogger,
        responder: { _ in
          Responder {
            Response()
          } finished: {
            answered[$0.target == "/0" ? 0 : 1].fulfil(())
          }
        }, ledger: ConnectionLedger(maximum: 1, maximumPerAddress: nil, loop: loop))
      let connection = Connection(loop: loop, context: context, remoteAddress: "")
      loop.queue.sync { [number = ends[0]] in
        connection.assumeIsolated { $0.start(Descriptor(number), refusal: nil) }
      }
      let (first, second) = (Self.request(0), Self.request(1))
      #expect(send(client.number, first, first.count, 0) == first.count)
      try await answered[0].inTime
      loop.queue.sync {
        if hasCome { _ = send(client.number, second, second.count, 0) }
        connection.assumeIsolated(Self.ends[index].end)
      }
      if hasCome { try await answered[1].inTime }
      // What the client reads: one answer, or two, and then the end, where that is due.
      var bytes = [UInt8](repeating: 0, count: 10_000)
      let length = recv(client.number, &bytes, bytes.count, 0)
      let text = String(decoding: bytes[..<max(0, length)], as: UTF8.self)
      #expect(text.matches(of: /HTTP\/1.1 200/).count == (hasCome ? 2 : 1))
      if !hasCome { #expect(recv(client.number, &bytes, bytes.count, 0) == 0) }
      loop.queue.sync { connection.assumeIsolated { $0.abort() } }
    }
  }
}
