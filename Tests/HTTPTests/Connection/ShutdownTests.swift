import Dispatch
import HTTPTypes
import Testing

@testable import HTTP

@Suite("Shutting down")
struct ShutdownTests {
  @Test("finishes requests in flight, closes idle connections, accepts no more, and returns")
  func graceful() async throws {
    let begun = OneShot<Void>()
    let release = OneShot<Void>()
    try await withServer(
      { $0.shutdownTime = .seconds(60) },
      handler: { request in
        if request.path == "/slow" {
          begun.fulfil(())
          await release.value
        }
        return Response(text: request.path)
      }
    ) { server in
      let idle = try server.client()
      try await idle.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await idle.response()["connection"] == nil)
      let busy = try server.client()
      try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      try await begun.inTime
      server.server.shutDown()
      #expect(try await idle.rest() == [])
      release.fulfil(())
      let response = try await busy.response()
      #expect(response.text == "/slow")
      #expect(response["connection"] == "close")
      #expect(try await busy.rest() == [])
      #expect(throws: RawClient.Failure.self) { try server.client() }
    }
  }

  @Test("gives requests up at its deadline")
  func deadline() async throws {
    let begun = OneShot<Void>()
    let cancelled = OneShot<Void>()
    try await withServer(
      { $0.shutdownTime = .milliseconds(50) },
      handler: { _ in
        begun.fulfil(())
        try? await Task.sleep(for: .seconds(3600))
        cancelled.fulfil(())
        return Response()
      }
    ) { server in
      let client = try server.client()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await begun.inTime
      server.server.shutDown()
      try await cancelled.inTime
      #expect(try await client.rest() == [])
    }
  }

  @Test("goes on accepting for the drain time, with answers that end their connections, until it is hurried")
  func drains() async throws {
    try await withServer(
      {
        $0.drainTime = .seconds(3600)
        $0.shutdownTime = .seconds(3600)
      }, handler: { Response(text: $0.path) }
    ) { server in
      let idle = try server.client()
      try await idle.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await idle.response()["connection"] == nil)
      server.server.shutDown()
      // It may take a moment until the server has heard of it.
      var isDraining = false
      for _ in 0..<1000 where !isDraining {
        isDraining = try await server.answer("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")["connection"] == "close"
      }
      #expect(isDraining)
      let late = try server.client()
      try await late.send("GET /c HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try await late.response()
      #expect(response.text == "/c")
      #expect(response["connection"] == "close")
      server.server.hurry()
      #expect(try await idle.rest() == [])
    }
  }

  @Test("gives requests up a second after it has been hurried")
  func hurried() async throws {
    let begun = OneShot<Void>()
    let cancelled = OneShot<Void>()
    try await withServer(
      { $0.shutdownTime = .seconds(3600) },
      handler: { _ in
        begun.fulfil(())
        try? await Task.sleep(for: .seconds(3600))
        cancelled.fulfil(())
        return Response()
      }
    ) { server in
      let client = try server.client()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await begun.inTime
      server.server.shutDown()
      server.server.hurry()
      try await cancelled.inTime
      #expect(try await client.rest() == [])
    }
  }

  /// The loops are stopped, so that clients connect and ask whom nobody accepts before the server is told to end.
  @Test("answers everybody who has connected and asked, accepted or not")
  func acceptQueue() async throws {
    let stalled = DispatchSemaphore(value: 0)
    let release = DispatchSemaphore(value: 0)
    var configuration = ServerConfiguration()
    configuration.port = 0
    let server = Server(configuration: configuration, observer: RecordingObserver(), logger: silentLogger) {
      request in
      if request.path == "/stall" {
        stalled.signal()
        release.wait()
      }
      return Responder { Response(text: request.path) }
    }
    let running = Task { try await server.run() }
    let port = try await server.port
    func client(_ path: String) async throws -> RawClient {
      let client = try RawClient(port: port)
      try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      return client
    }
    // One on each loop; where there is only one, the second waits in vain.
    var clients: [RawClient] = []
    for _ in 0..<2 {
      clients.append(try await client("/stall"))
      _ = try await onThread { stalled.wait(timeout: .now() + 2) }
    }
    for _ in 0..<200 { clients.append(try await client("/queued")) }
    server.shutDown()
    release.signal()
    release.signal()
    for client in clients.dropFirst(2) { #expect(try await client.response().text == "/queued") }
    try await inTime { try await running.value }
  }

  @Test("at once, when the task that runs the server is cancelled")
  func cancelled() async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    let observer = RecordingObserver()
    let begun = OneShot<Void>()
    let server = Server(configuration: configuration, observer: observer, logger: silentLogger) { _ in
      Responder {
        begun.fulfil(())
        try await Task.sleep(for: .seconds(3600))
        return Response()
      }
    }
    let running = Task { try await server.run() }
    let client = try RawClient(port: try await server.port)
    try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await begun.inTime
    running.cancel()
    try await inTime { try await running.value }
    #expect(try await client.rest() == [])
  }
}

@Suite("Listening")
struct ListeningTests {
  @Test("fails with the reason where the port is taken or the host is none of ours")
  func failure() async throws {
    try await withRoutes { server in
      for (host, port) in [("127.0.0.1", server.port), ("192.0.2.1", 0), ("no such host", 0)] {
        var configuration = ServerConfiguration()
        configuration.host = host
        configuration.port = port
        let second = Server(
          configuration: configuration, observer: RecordingObserver(), logger: silentLogger
        ) { _ in Responder { Response() } }
        await #expect(throws: ServerError.self) { try await second.run() }
        await #expect(throws: ServerError.self) { try await second.port }
      }
    }
  }

  @Test("works over IPv6 and IPv4 on ::")
  func dualStack() async throws {
    try await withServer({ $0.host = "::" }, handler: { Response(text: $0.remoteAddress) }) { server in
      let answer = try await server.answer("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == "127.0.0.1")
    }
  }
}
