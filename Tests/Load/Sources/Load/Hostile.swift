import Dispatch
import Glibc
import Synchronization

/// A thousand hostile clients of four kinds at once, and beside them one that behaves.
func measureHostileClients(
  _ command: ServerCommand, _ photograph: [UInt8], seconds: Int, _ report: inout Report
) throws {
  let server = try command.start()
  defer { server.stop() }
  // So that what every server does once, however it is treated, counts as idle.
  let warm = now() + 1
  _ = behave(server, .post("/translate", photograph), every: 0.01) { now() > warm }
  sleep(1)
  let idle = server.residentMB

  let attack = HostileClients()
  let group = DispatchGroup()
  DispatchQueue(label: "attack").async(group: group) {
    do { try attack.run(port: server.port, ofEachKind: 250) } catch { print("  the attack ended: \(error)") }
  }
  try attack.waitUntilOpen(1000)
  let end = now() + Double(seconds)
  let translations = Mutex(Experience())
  DispatchQueue(label: "translations").async(group: group) {
    let experience = behave(server, .post("/translate", photograph), every: 1) { now() > end }
    translations.withLock { $0 = experience }
  }
  let processor = server.processorSeconds
  let health = behave(server, .get("/health"), every: 0.005) { now() > end }
  let used = (server.processorSeconds - processor) / Double(seconds)
  let during = server.residentMB
  let ended = attack.count.endedByServer
  attack.stop()
  group.wait()
  sleep(5)
  let translated = translations.withLock { $0 }
  let latencies = Latencies(health.times)
  let failures = health.failures + translated.failures

  report.section("1,000 clients that drip headers, drip bodies, never read or are silent, \(seconds) s")
  report.line("connections ended by the server", "\(ended)")
  report.line(
    "GET /health", "\(latencies.count) answers, median \(latencies.milliseconds(atShare: 0.5).short) ms")
  report.line("GET /health, 99th percentile", latencies.milliseconds(atShare: 0.99), "ms", atMost: 50)
  report.line("GET /health, slowest", "\(latencies.milliseconds(atShare: 1).short) ms")
  let slowest = Latencies(translated.times).milliseconds(atShare: 1).short
  report.line("POST /translate", "\(translated.times.count) answers, slowest \(slowest) ms")
  report.require(failures.isEmpty, "requests that failed", "\(failures.count) \(failures.first ?? "")")
  report.line("processor", "\((100 * used).short) % of a core")
  report.line("memory, idle", "\(idle.short) MB")
  report.line("memory, more during the attack", during - idle, "MB", atMost: 64)
  report.line("memory, more afterwards", "\((server.residentMB - idle).short) MB")
}
