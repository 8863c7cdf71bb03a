import Images
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("The memory of a server", .timeLimit(.minutes(10)))
struct MemoryTests {
  /// Bytes of memory that no file stands behind, now and at most, as the server tells it of itself.
  private func anonymousBytes(_ server: ServerProcess) async throws -> Int {
    let page = try await server.client().request("GET", "/metrics").text
    let line = try #require(
      page.split(separator: "\n").first { $0.hasPrefix("process_anonymous_memory_bytes ") })
    return try #require(Int(line.split(separator: " ")[1]))
  }

  @Test(
    "A figure that is too small ends the start with 65, and says what each part takes and what lowers it",
    .disabled(if: Places.isSanitized))
  func tooSmall() async throws {
    let command = try await FinishedCommand(
      "serve", "--port", "0", "--models", Places.models, environment: ["UGATIT_MEMORY_MB": "256"])
    #expect(command.status == 65)
    #expect(command.errors.contains("256 MiB of memory are too little"))
    #expect(command.errors.contains("--max-megapixels"))
  }

  @Test(
    "stays under its figure whatever arrives, and falls again when it has gone",
    .disabled(if: Places.isSanitized))
  func flood() async throws {
    let figure = 448
    let server = try ServerProcess(
      "--memory-mb", "\(figure)", "--max-queue", "16", "--max-connections", "3000")
    try await server.ready()
    let before = try await anonymousBytes(server)
    let port = try await server.port()
    let largest = try await withThrowingTaskGroup(of: Void.self) { group in
      let bomb = try RGBImage(
        width: 8000, height: 5000, pixels: [UInt8](repeating: 255, count: 120_000_000)
      ).encoded(as: .png)
      // Quick at first, then silent.
      var open: [Client] = []
      for _ in 0..<20 { open.append(try await beginning(port, "Content-Length: 33000000", 31_000_000)) }
      for _ in 0..<20 { open.append(try await beginning(port, "Transfer-Encoding: chunked", 0)) }
      // A header of 30 KiB without its end.
      for _ in 0..<400 {
        let client = try await Client(port: port)
        let line = "X: " + String(repeating: "x", count: 30_000)
        try? await client.send(Array("GET / HTTP/1.1\r\n\(line)".utf8))
        open.append(client)
      }
      for _ in 0..<3 {
        group.addTask {
          // Refused or served, as there is room.
          _ = try? await Client(port: port).request(
            "POST", "/translate", fields: ["Content-Type: image/png"], body: bomb)
        }
      }
      var largest = 0
      for _ in 0..<40 { largest = max(largest, try await anonymousBytes(server)) }
      try await group.waitForAll()
      largest = max(largest, try await anonymousBytes(server))
      withExtendedLifetime(open) {}
      return largest
    }
    #expect(largest < figure << 20, "\(largest >> 20) MiB, \(before >> 20) before")
    // The connections are closed; the server sees that a moment later.  The suite's time limit bounds the wait.
    var after = Int.max
    while after > before + before / 10 + 32 << 20 { after = try await anonymousBytes(server) }
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  private func beginning(_ port: UInt16, _ framing: String, _ count: Int) async throws -> Client {
    let client = try await Client(port: port)
    let head = "POST /translate HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n\(framing)\r\n\r\n"
    // Who is refused by the header meets a reset sooner or later.
    try? await client.send(Array(head.utf8) + [UInt8](repeating: 1, count: count))
    return client
  }
}
