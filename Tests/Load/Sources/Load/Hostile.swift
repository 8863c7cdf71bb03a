import Dispatch
import Glibc
import Synchronization

/// What a client that behaves has seen.
struct Experience: Sendable {
  var times: [Double] = []
  var failures: [String] = []
}

/// A thousand hostile clients of four kinds at once, and beside them one that behaves.
func measureHostileClients(
  _ command: ServerCommand, _ photograph: [UInt8], seconds: Int, _ report: inout Report
) throws {
  let server = try command.start()
  defer { server.stop() }
  // So that what every server does once, however it is treated, counts as idle.
  _ = try behave(server, .post("/translate", photograph), every: 0.01, until: now() + 1)
  sleep(1)
  let idle = server.residentMB

  let attack = HostileClients()
  let group = DispatchGroup()
  DispatchQueue(label: "attack").async(group: group) {
    do { try attack.run(port: server.port, ofEachKind: 250) } catch { print("  the attack ended: \(error)") }
  }
  while attack.count.open < 1000 { usleep(10_000) }
  let end = now() + Double(seconds)
  let translations = Mutex(Experience())
  DispatchQueue(label: "translations").async(group: group) {
    let experience = try? behave(server, .post("/translate", photograph), every: 1, until: end)
    translations.withLock { $0 = experience ?? Experience(times: [], failures: ["no connection"]) }
  }
  let processor = server.processorSeconds
  let health = try behave(server, .get("/health"), every: 0.005, until: end)
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

/// Makes one request after the other on one connection until `end`, each `pause` seconds after the last was answered.
private func behave(
  _ server: Server, _ request: Request, every pause: Double, until end: Double
) throws -> Experience {
  let client = try Client(port: server.port)
  var experience = Experience()
  while now() < end {
    let start = now()
    do {
      let answer = try client.exchange(request)
      if answer.status == 200 {
        experience.times.append(now() - start)
      } else {
        experience.failures.append("\(answer.status) \(answer.text)")
      }
    } catch {
      experience.failures.append("\(error)")
      break
    }
    usleep(UInt32(pause * 1e6))
  }
  return experience
}
