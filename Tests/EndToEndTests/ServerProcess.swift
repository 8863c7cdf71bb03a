import Dispatch
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A running `ugatit serve`, listening on a free port.
final class ServerProcess: Sendable {
  private let child: ChildProcess
  let log = ServerLog()
  private let hasEnded = Atomic(false)

  /// The server that a suite's tests share.
  @TaskLocal static var shared: ServerProcess?

  /// Starts a server on the repository's models.
  init(_ options: String..., environment: [String: String] = [:]) throws {
    child = try ChildProcess(
      ["serve", "--port", "0", "--models", Places.models] + options, environment: environment)
    DispatchQueue(label: "log").async { [log, child] in log.follow(child.output) }
    // What it says of its troubles, a sanitizer's report for one, is the test run's to show.
    DispatchQueue(label: "errors").async { [child] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while case let count = systemRead(child.errors, &buffer, buffer.count), count > 0 {
        _ = write(STDERR_FILENO, buffer, count)
      }
    }
  }

  /// A test that failed leaves no server behind.
  deinit {
    if !hasEnded.load(ordering: .relaxed) { kill(child.id, SIGKILL) }
  }

  /// The port, which the first line of the log tells.
  func port() async throws -> UInt16 {
    let line = try #require(await line(containing: "listening"), "the server did not start")
    try #require(log.first == line, "the address is not in the first line")
    let field = try #require(line.split(separator: " ").first { $0.hasPrefix("port=") })
    return try #require(UInt16(field.dropFirst("port=".count)))
  }

  /// Waits until the models are loaded.
  func ready() async throws {
    _ = try #require(await line(containing: " ready "), "the server did not become ready")
  }

  func client() async throws -> Client { try await Client(port: try await port()) }

  /// The first line of the log with this text, as soon as there is one; nil when the server ended without.
  func line(containing text: String) async -> String? { await log.line(containing: text) }

  func signal(_ number: Int32) { kill(child.id, number) }

  /// - Returns: the exit code.
  func wait() async -> Int32 {
    let status = await child.wait()
    hasEnded.store(true, ordering: .relaxed)
    return status
  }
}

/// Gives a suite one server for all of its tests, and sees it end well.
struct WithServer: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let server = try ServerProcess("--max-body-mb", "1")
    try await server.ready()
    try await ServerProcess.$shared.withValue(server) { try await function() }
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }
}

extension Trait where Self == WithServer {
  /// A server with the repository's models that takes bodies of one MiB.
  static var server: WithServer { WithServer() }
}
