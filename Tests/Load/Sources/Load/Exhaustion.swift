import Glibc

/// More clients than the server has file descriptors.
func measureExhaustion(_ command: ServerCommand, _ report: inout Report) throws {
  let server = try command.start(descriptors: 128)
  defer { server.stop() }
  var crowd: [Int32] = []
  for _ in 0..<500 { crowd.append(try openConnection(port: server.port, source: 2, waits: true)) }
  usleep(500_000)
  let processor = server.processorSeconds
  sleep(4)
  let used = (server.processorSeconds - processor) / 4
  for descriptor in crowd { close(descriptor) }
  let start = now()
  let answer = try Client(port: server.port).exchange(.get("/health"))
  let recovery = now() - start

  report.section("500 connections to a server that may open 128 files")
  report.line("processor while it has none left", 100 * used, "% of a core", atMost: 5)
  report.require(answer.status == 200, "GET /health once they have gone", "\(answer.status)")
  report.line("answered after", recovery * 1000, "ms", atMost: 1000)
  let pauses = try server.metrics()["ugatit_http_refusals_total{reason=\"descriptors_exhausted\"}"]
  report.line("times that it stopped to accept", "\(Int(pauses))")
}
