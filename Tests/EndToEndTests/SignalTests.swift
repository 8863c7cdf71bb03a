import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Signals to a server", .timeLimit(.minutes(5)))
struct SignalTests {
  @Test("SIGHUP, SIGUSR1, SIGUSR2 and SIGPIPE end no server, while it loads or when it is ready")
  func harmless() async throws {
    let server = try ServerProcess()
    _ = try await server.port()
    for signal in [SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE] { server.signal(signal) }
    _ = try #require(await server.line(containing: "there are no keys to reload"))
    try await server.ready()
    for signal in [SIGUSR1, SIGUSR2, SIGPIPE, SIGHUP] { server.signal(signal) }
    #expect(try await server.client().request("GET", "/health/ready").status == 200)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
    #expect(server.log.all.count { $0.contains("there are no keys to reload") } == 2)
  }

  @Test("A second SIGTERM or SIGINT leaves what has begun a second", arguments: [SIGTERM, SIGINT])
  func hurry(second: Int32) async throws {
    let server = try ServerProcess("--shutdown-s", "3600")
    try await server.ready()
    let client = try await server.client()
    try await client.send(
      Array(
        "POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n".utf8))
    try #require(try await client.answer().status == 100)
    server.signal(SIGTERM)
    _ = try #require(await server.line(containing: "shutting down"))
    server.signal(second)
    _ = try #require(await server.line(containing: "shutting down at once"))
    #expect(await server.wait() == 0)
  }
}
