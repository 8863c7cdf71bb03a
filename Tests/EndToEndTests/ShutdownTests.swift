import Images
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("A server's start and end", .timeLimit(.minutes(5)))
struct ShutdownTests {
  /// A request whose header has been accepted: the server waits for the body, and the client with it.
  private func begin(_ client: Client, length: Int) async throws {
    try await client.send(
      Array(
        "POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\nExpect: 100-continue\r\n\r\n"
          .utf8))
    try #require(try await client.answer().status == 100)
  }

  @Test(
    "SIGTERM while busy: what was begun is finished, nothing new is taken, the exit code is 0",
    arguments: [SIGTERM, SIGINT])
  func signalWhileBusy(signal: Int32) async throws {
    // Six pictures are six moments, but not on every machine.
    let server = try ServerProcess("--max-batch", "2", "--shutdown-s", "200", "--deadline-s", "200")
    try await server.ready()
    let photograph = try Places.photograph("man")
    let toon = try Places.toon("man")
    var clients: [Client] = []
    for _ in 0..<6 {
      let client = try await server.client()
      try await begin(client, length: photograph.count)
      clients.append(client)
    }
    server.signal(signal)
    _ = try #require(await server.line(containing: "shutting down"))

    try await withThrowingTaskGroup(of: (Int, Double?).self) { group in
      for client in clients {
        group.addTask {
          try await client.send(photograph)
          let answer = try await client.answer()
          return (answer.status, Difference(try RGBImage(decoding: answer.body), toon)?.share)
        }
      }
      for try await (status, share) in group {
        #expect(status == 200)
        #expect(try #require(share) <= 0.001)
      }
    }
    #expect(await server.wait() == 0)
    await #expect(throws: SystemError.self) { try await server.client() }
  }

  @Test("The deadline of the shutdown ends a request that never does")
  func shutdownDeadline() async throws {
    let server = try ServerProcess("--shutdown-s", "0")
    try await server.ready()
    let client = try await server.client()
    try await begin(client, length: 1000)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test("Options come from the environment, and the command line overrules them")
  func environment() async throws {
    let server = try ServerProcess(
      "--max-body-mb", "2", environment: ["UGATIT_MAX_BODY_MB": "1", "UGATIT_LOG_FORMAT": "json"])
    let line = try #require(await server.line(containing: "\"listening\""))
    #expect(line.hasPrefix("{") && line.hasSuffix("}"))
    let port = try #require(line.split(separator: "\"port\":").last?.prefix { $0.isNumber })
    _ = try #require(await server.line(containing: "\"ready\""))
    let client = try await Client(port: try #require(UInt16(port)))
    try await client.send(
      Array(
        "POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1500000\r\nExpect: 100-continue\r\n\r\n"
          .utf8))
    #expect(try await client.answer().status == 100)
    server.signal(SIGKILL)
    #expect(await server.wait() == 128 + SIGKILL)
  }

  @Test("An address that is taken ends it with 1 and a reason")
  func addressTaken() async throws {
    let server = try ServerProcess()
    let port = try await server.port()
    let second = try await FinishedCommand("serve", "--port", "\(port)", "--models", Places.models)
    #expect(second.status == 1)
    #expect(second.errors.hasPrefix("ugatit: ") && second.errors.contains("\(port)"))
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test("No models, and an unknown default, end it with 66")
  func noModels() async throws {
    let none = try await FinishedCommand("serve", "--port", "0", "--models", "/nonexistent")
    #expect(none.status == 66)
    #expect(none.errors.contains("ugatit import"))
    let unknown = try await FinishedCommand(
      "serve", "--port", "0", "--models", Places.models, "--default-model", "nope")
    #expect(unknown.status == 66)
    #expect(unknown.errors.contains("'nope'"))
  }

  @Test("A wrong option, or environment variable, ends it with 64")
  func usage() async throws {
    #expect(try await FinishedCommand("serve", "--port", "70000").status == 64)
    #expect(try await FinishedCommand("serve", environment: ["UGATIT_MAX_QUEUE": "many"]).status == 64)
    #expect(try await FinishedCommand("serve", "--nonsense").status == 64)
  }
}
