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
      await begun.value
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
      await begun.value
      server.server.shutDown()
      await cancelled.value
      #expect(try await client.rest() == [])
    }
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
    await begun.value
    running.cancel()
    try await running.value
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
