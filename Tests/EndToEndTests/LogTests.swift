import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("The log of a server", .timeLimit(.minutes(5)))
struct LogTests {
  /// A server whose log is read until it is ready, and then no more but by the test; it has ended afterwards.
  private func withServer(_ test: (ChildProcess, UInt16) async throws -> Void) async throws {
    let process = try ChildProcess(["serve", "--port", "0", "--models", Places.models])
    do {
      let start = await read(process, until: " ready ")
      let field = try #require(start.split(separator: " ").first { $0.hasPrefix("port=") }, "\(start)")
      try await test(process, try #require(UInt16(field.dropFirst("port=".count))))
      kill(process.id, SIGTERM)
    } catch {
      kill(process.id, SIGKILL)
      throw error
    }
    #expect(await process.wait() == 0)
  }

  private func read(_ process: ChildProcess, until end: String) async -> String {
    await onOwnThread {
      var text = ""
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !text.contains(end), case let count = systemRead(process.output, &buffer, buffer.count), count > 0
      {
        text += String(decoding: buffer[..<count], as: UTF8.self)
      }
      return text
    }
  }

  /// Requests whose log lines take 8 KB each.
  private func makeRequests(_ count: Int, port: UInt16) async throws {
    let client = try await Client(port: port)
    let path = "/" + String(repeating: "x", count: 8000)
    for _ in 0..<count { try #require(await client.request("GET", path).status == 404) }
  }

  private func droppedLines(port: UInt16) async throws -> Int {
    let metrics = try await Client(port: port).request("GET", "/metrics").text
    let line = try #require(
      metrics.split(separator: "\n").first { $0.hasPrefix("ugatit_log_lines_dropped_total ") })
    return try #require(Int(line.split(separator: " ")[1]))
  }

  @Test("A log that nobody reads holds up no answer and no end", arguments: [false, true])
  func deafReader(comesBack: Bool) async throws {
    try await withServer { process, port in
      #expect(try await droppedLines(port: port) == 0)
      // More than a pipe's 64 KiB and the MiB of lines that wait.
      try await makeRequests(200, port: port)
      #expect(try await droppedLines(port: port) > 0)
      guard comesBack else { return }
      #expect(await read(process, until: "log lines dropped").contains("log lines dropped"))
    }
  }

  @Test("A log whose reader is gone ends nothing")
  func readerGone() async throws {
    try await withServer { process, port in
      // Something else in its place closes the pipe.
      let other = open("/dev/null", O_RDONLY | O_CLOEXEC)
      try #require(other >= 0 && dup2(other, process.output) >= 0)
      close(other)
      try await makeRequests(3, port: port)
      #expect(try await droppedLines(port: port) > 0)
    }
  }
}
