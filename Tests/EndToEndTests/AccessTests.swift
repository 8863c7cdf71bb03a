import FoundationEssentials
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("A server with keys", .timeLimit(.minutes(5)))
final class AccessTests {
  private let file = "/tmp/ugatit-keys-\(UInt64.random(in: 0...(.max)))"

  deinit { try? FileManager.default.removeItem(atPath: file) }

  /// Has the program make a key.
  private func makeKey(_ name: String) async throws -> String {
    let command = try await FinishedCommand("key", name, "--file", file)
    try #require(command.status == 0 && command.errors.isEmpty)
    return String(command.output.dropLast())
  }

  private func status(_ server: ServerProcess, key: String) async throws -> Int {
    try await server.client().request("GET", "/models", fields: ["Authorization: Bearer \(key)"]).status
  }

  @Test("A key that 'ugatit key' made opens it; its name is in the log and the metrics, itself nowhere")
  func keys() async throws {
    let key = try await makeKey("alice")
    let server = try ServerProcess("--api-keys", file, "--log-level", "trace")
    try await server.ready()
    let client = try await server.client()
    let refused = try await client.request("GET", "/models")
    #expect(refused.status == 401 && refused.fields["www-authenticate"] == "Bearer realm=\"ugatit\"")
    let photograph = try Places.photograph("man")
    let waiting = try await server.client()
    try await waiting.send(
      Array("POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n".utf8))
    #expect(try await waiting.answer().status == 401)
    let answer = try await client.request(
      "POST", "/translate", fields: ["Authorization: Bearer \(key)"], body: photograph)
    #expect(answer.status == 200 && answer.fields["content-type"] == "image/png")
    let line = try #require(await server.line(containing: " key=alice "))
    #expect(line.contains(" path=/translate ") && line.contains(" status=200"))
    let metrics = try await client.request("GET", "/metrics", fields: ["Authorization: Bearer \(key)"])
    #expect(
      metrics.text.contains("ugatit_key_requests_total{key=\"alice\",method=\"POST\",status=\"200\"} 1\n"))
    #expect(metrics.text.contains("ugatit_http_refusals_total{reason=\"no_key\"} 2\n"))
    #expect(!metrics.text.contains(key))
    let health = try await FinishedCommand("health", "--url", "http://127.0.0.1:\(try await server.port())")
    #expect(health.status == 0)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
    #expect(server.log.all.allSatisfy { !$0.contains(key) })
  }

  @Test("SIGHUP takes the file as it now is, without a key too; a wrong file changes nothing")
  func reload() async throws {
    let first = try await makeKey("first")
    let server = try ServerProcess("--api-keys", file)
    try await server.ready()
    #expect(try await status(server, key: first) == 200)

    try FileManager.default.removeItem(atPath: file)
    let second = try await makeKey("second")
    #expect(try await status(server, key: second) == 401)
    server.signal(SIGHUP)
    _ = try #require(await server.line(containing: "keys reloaded"))
    #expect(try await status(server, key: first) == 401)
    #expect(try await status(server, key: second) == 200)

    #expect(FileManager.default.createFile(atPath: file, contents: Data("second\n".utf8)))
    server.signal(SIGHUP)
    let line = try #require(await server.line(containing: "keys not reloaded"))
    #expect(line.contains("line 1"))
    #expect(try await status(server, key: second) == 200)

    #expect(FileManager.default.createFile(atPath: file, contents: Data()))
    server.signal(SIGHUP)
    let empty = try #require(await server.line(containing: "nobody may use the service"))
    #expect(empty.contains(" warning "))
    #expect(try await status(server, key: second) == 401)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test("key: the key alone on standard output; the line on standard error, or at the end of the file")
  func keyCommand() async throws {
    let printed = try await FinishedCommand("key", "bob")
    #expect(printed.status == 0)
    #expect(printed.output.hasPrefix("ugatit_") && printed.output.utf8.count == 51)
    #expect(printed.errors.contains("\nbob ") && !printed.errors.contains(printed.output.dropLast()))

    #expect(FileManager.default.createFile(atPath: file, contents: Data("# ours".utf8)))
    _ = try await makeKey("a")
    _ = try await makeKey("b")
    let lines = String(decoding: try File.read(file), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == "# ours" && lines[1].hasPrefix("a ") && lines[2].hasPrefix("b "))

    #expect(FileManager.default.createFile(atPath: file, contents: Data("no keys here\n".utf8)))
    #expect(try await FinishedCommand("key", "c", "--file", file).status == 65)
    #expect(try File.read(file) == Array("no keys here\n".utf8))
    #expect(try await FinishedCommand("key", "a b").status == 64)
  }

  @Test("A file of keys that is not there ends it with 66, a wrong or empty one with 65 and the reason")
  func wrongFiles() async throws {
    let missing = try await FinishedCommand("serve", "--port", "0", "--api-keys", file)
    #expect(missing.status == 66 && missing.errors.contains(file))
    for (text, word) in [("", "no key"), ("alice\n", "line 1"), ("alice secret\n", "line 1")] {
      #expect(FileManager.default.createFile(atPath: file, contents: Data(text.utf8)))
      let command = try await FinishedCommand("serve", "--port", "0", "--api-keys", file)
      #expect(command.status == 65 && command.errors.contains(word) && !command.errors.contains("secret"))
    }
  }

  @Test("Wrong options of access and limits end it with 64 and their name")
  func wrongOptions() async throws {
    for (option, value) in [
      ("--trusted-proxy", "10.0.0.1/8"), ("--cors-origin", "https://a.example/"), ("--rate-limit", "0"),
      ("--max-header-bytes", "1"), ("--min-rate", "0"), ("--max-connections-per-address", "0"),
    ] {
      let command = try await FinishedCommand("serve", "--port", "0", option, value)
      #expect(command.status == 64 && command.errors.contains(option), "\(option)")
    }
  }
}
