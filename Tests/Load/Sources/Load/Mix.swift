import Dispatch
import Glibc
import Synchronization

/// As many connections as there may be, hostile and slow ones among them, and forms of the largest pictures that are
/// allowed, as many as a form may have; beside them a probe.
func measureMix(_ command: ServerCommand, seconds: Int, _ report: inout Report) throws {
  let server = try command.start()
  defer { server.stop() }
  let picture = png(8000, 5000)
  let form = Request.form("/translate", Array(repeating: picture, count: 64))
  let idle = server.residentMB
  server.forgetPeak()

  let attack = HostileClients()
  let isOver = Atomic(false)
  let answers = Mutex(Crowd.Outcome())
  let group = DispatchGroup()
  var crowd: [Client] = []
  for index in 0..<8_900 {
    let client = try Client(port: server.port, source: UInt8(20 + index % 200))
    guard try client.exchange(.get("/health/live")).status == 200 else {
      throw SystemError("connection \(index) was refused")
    }
    crowd.append(client)
  }
  DispatchQueue(label: "attack").async(group: group) {
    do { try attack.run(port: server.port, ofEachKind: 250) } catch { print("  the attack ended: \(error)") }
  }
  DispatchQueue(label: "forms").async(group: group) {
    var clients = Crowd(port: server.port, request: form)
    let seen = try? clients.ask(.closed(clients: 8), seconds: .infinity) { isOver.load(ordering: .relaxed) }
    answers.withLock { $0 = seen ?? Crowd.Outcome() }
  }
  try attack.waitUntilOpen(1000)
  let before = try server.metrics()
  let probe = Prober(server, every: 0.01)
  sleep(UInt32(seconds))
  let probes = probe.stop()
  let after = try server.metrics()
  let peak = server.peakMB
  // None was closed to make room.
  let alive = crowd.indices.filter { $0 % 100 == 0 }.count { index in
    (try? crowd[index].exchange(.get("/health/live")))?.status == 200
  }
  isOver.store(true, ordering: .relaxed)
  attack.stop()
  group.wait()

  let seen = answers.withLock { $0 }
  let health = Latencies(probes.times)
  var times = AnswerTimes()
  times.add(from: before, to: after)
  report.section(
    "10,000 connections, of which 1,000 are hostile and 8 send forms of 64 x 40 megapixels, \(seconds) s")
  report.line("forms answered, of \(form.bytes.count >> 10) KiB", "\(seen.times.mapValues(\.count))")
  let pictures = after.sum("ugatit_images_total") - before.sum("ugatit_images_total")
  report.line("pictures done", "\(Int(pictures))")
  report.line("connections open at the end", "\(Int(after["ugatit_http_open_connections"]))")
  report.require(alive == 89, "still answered, of every hundredth that idles", "\(alive) of 89")
  times.report("probe", "0.05", &report)
  report.line(
    "GET /health/live, by the client",
    "\(health.count) answers, median \(health.milliseconds(atShare: 0.5).short) ms")
  report.line(
    "GET /health/live, 99th percentile, by it", health.milliseconds(atShare: 0.99), "ms", atMost: 500)
  report.require(
    probes.failures.isEmpty, "requests that failed", "\(probes.failures.count) \(probes.failures.first ?? "")"
  )
  // What uploads may take by default, and what 10,000 connections may (`idle`).
  report.line("memory beyond idle, at most", peak - idle, "MB", atMost: 256 + 150)
}
