import FoundationEssentials
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Prometheus' own tool, which the Makefile names in `PROMTOOL`; else the one that a shell finds.
private enum Promtool {
  private static let environment = ProcessInfo.processInfo.environment
  static let path: String? = candidates.first { access($0, X_OK) == 0 }
  static let isMissing: Comment =
    "promtool is missing: 'make test' takes it out of Debian's package prometheus, or name yours in PROMTOOL"
  /// Continuous integration is to have it.
  static let isWanted = path != nil || environment["CI"] != nil

  private static var candidates: [String] {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    return [environment["PROMTOOL"] ?? ""] + folders.map { "\($0)/promtool" }
  }
}

@Suite("What a server tells of its work", .timeLimit(.minutes(5)))
struct MetricsTests {
  /// A server that has answered a picture and refused another, and the last answer; it has ended afterwards.
  private func withServer(_ test: (ServerProcess, Client, Client.Answer) async throws -> Void) async throws {
    let server = try ServerProcess("--slow-request-ms", "1")
    try await server.ready()
    let client = try await server.client()
    let photograph = try Places.photograph("man")
    let traceparent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    #expect(
      try await client.request("POST", "/translate", body: Array(photograph.prefix(3000))).status == 422)
    let answer = try await client.request("POST", "/translate", fields: [traceparent], body: photograph)
    #expect(answer.status == 200)
    try await test(server, client, answer)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test("promtool check metrics finds nothing", .enabled(if: Promtool.isWanted, Promtool.isMissing))
  func promtool() async throws {
    let promtool = try #require(Promtool.path, Promtool.isMissing)
    try await withServer { _, client, _ in
      let metrics = try await client.request("GET", "/metrics")
      #expect(metrics.text.contains("ugatit_stage_seconds_bucket{stage=\"inference\",model=\"selfie2toon\","))
      let file = "/tmp/ugatit-metrics-\(getpid())"
      #expect(FileManager.default.createFile(atPath: file, contents: Data(metrics.body)))
      defer { unlink(file) }
      let script = "'\(promtool)' check metrics < '\(file)'"
      let check = try await FinishedCommand(ChildProcess(["-c", script], program: "/bin/sh"))
      #expect(check.status == 0 && check.output.isEmpty && check.errors.isEmpty, "\(check)")
    }
  }

  @Test("A slow request has a line that tells its stages, under the trace that it came with")
  func slowRequest() async throws {
    try await withServer { server, _, answer in
      let line = try #require(await server.line(containing: " inference_ms="))
      #expect(line.contains(" warning slow request "))
      #expect(line.hasSuffix(" trace_id=4bf92f3577b34da6a3ce929d0e0e4736"))
      for stage in ["read", "queue", "decode", "batch_wait", "inference", "encode"] {
        #expect(line.contains(" \(stage)_ms="), "\(stage)")
      }
      let span = try #require(answer.fields["traceresponse"]?.split(separator: "-").dropFirst(2).first)
      #expect(line.contains(" span_id=\(span) ") && line.contains(" parent_id=00f067aa0ba902b7 "))
    }
  }
}
