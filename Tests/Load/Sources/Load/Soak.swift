import Glibc

/// Traffic of every kind for minutes: what the server keeps of it, and whether its accounts agree.
func measureSoak(_ command: ServerCommand, _ photograph: [UInt8], minutes: Double, _ report: inout Report)
  throws
{
  let keys = "/tmp/ugatit-soak-keys-\(getpid())"
  let key = try output(of: "'\(command.program)' key soak --file \(keys)")
  defer { unlink(keys) }
  let ledger = RequestLedger()
  let server = try command.start(
    // So that what is kept on purpose has its full size before anybody measures.
    options: ["--api-keys", keys, "--keep-results", "100"], log: ledger.read)
  defer { server.stop() }
  let descriptors = server.openDescriptors

  let traffic = SoakTraffic(server, photograph, key: key, ledger)
  traffic.start()
  let probe = Prober(server, every: 0.05)
  let start = now()
  let end = start + 60 * minutes
  var memory = Trend()
  var files = Trend()
  while now() < end {
    sleep(1)
    // What every server does once, however it is treated, comes first.
    if now() < start + 15 * minutes { continue }
    memory.add(server.anonymousMB, at: now())
    files.add(Double(server.openDescriptors), at: now())
  }
  let probes = probe.stop()
  traffic.stop()
  let last = try quiet(server, key: key)
  let left = server.openDescriptors
  let status = server.end()

  report.section("Traffic of every kind for \(minutes.short) minutes")
  report.line(
    "done", traffic.done.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
  report.require(
    traffic.surprises.isEmpty, "answers that were not to come",
    "\(traffic.surprises.count) \(traffic.surprises.first ?? "")")
  let health = Latencies(probes.times).milliseconds(atShare: 0.99)
  report.line("GET /health/live, 99th percentile, by the client", health, "ms", atMost: 500)
  report.line("memory, slope", "\((3600 * memory.slope).short) MB/hour")
  report.line("memory, growth", memory.growth, "MB", atMost: 16)
  report.line("descriptors, slope", "\((3600 * files.slope).short) /hour")
  report.line("descriptors, growth", files.growth, "", atMost: 8)
  // The system's libraries open some for timers, when these are first wanted.
  report.line("descriptors more than before", Double(left - descriptors), "", atMost: 4)
  report.line("upload memory left", last["ugatit_upload_memory_bytes"], "bytes", atMost: 0)
  report.line("images left in the queue", last["ugatit_queue_depth"], "", atMost: 0)
  report.require(status == 0, "exit code after SIGTERM", "\(status.map { "\($0)" } ?? "none within 10 s")")
  // The last look at the metrics is counted when it has been answered.
  let unlogged = Int(last.sum("ugatit_http_requests_total")) + 1 - ledger.lines
  let dropped = Int(last["ugatit_log_lines_dropped_total"])
  report.require(
    dropped == 0 ? unlogged == 0 : 0...dropped ~= unlogged, "requests counted and not logged",
    "\(unlogged), of \(ledger.lines); \(dropped) lines dropped")
  report.require(
    ledger.missing <= dropped, "ids answered and not logged", "\(ledger.missing) of \(ledger.named)")
  report.require(ledger.repeated == 0, "ids logged twice", "\(ledger.repeated)")
}

/// What the server tells when nobody but who asks is connected any more, or after a minute.
private func quiet(_ server: Server, key: String) throws -> Metrics {
  var metrics = try server.metrics(key: key)
  let end = now() + 60
  while metrics["ugatit_http_open_connections"] > 1, now() < end {
    usleep(100_000)
    metrics = try server.metrics(key: key)
  }
  return metrics
}

/// What a command of the shell prints.
private func output(of command: String) throws -> String {
  guard let pipe = popen(command, "r") else { throw SystemError("popen") }
  var buffer = [CChar](repeating: 0, count: 4096)
  let line = fgets(&buffer, Int32(buffer.count), pipe)
  guard pclose(pipe) == 0, line != nil else { throw SystemError("it failed: \(command)") }
  return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
