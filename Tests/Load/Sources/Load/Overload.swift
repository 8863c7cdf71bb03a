import Dispatch
import Glibc
import Synchronization

/// More pictures than the cores can do, from clients who do not wait for each other; beside them a probe.
///
/// Capacity and overloads take turns, because machines drift; clients and server share the cores.
func measureOverload(_ command: ServerCommand, _ photograph: [UInt8], _ report: inout Report) throws {
  let rounds = 5
  let server = try command.start()
  defer { server.stop() }
  let request = Request.post("/translate", photograph)
  var overloads = [5, 20].map { Overload(factor: $0) }
  var capacities: [Double] = []
  for _ in 0..<rounds {
    var crowd = Crowd(port: server.port, request: request)
    let pace = Crowd.Pace.closed(clients: 48)
    _ = try crowd.ask(pace, seconds: 1)
    let capacity = Double(try crowd.ask(pace, seconds: 3).count(200)) / 3
    capacities.append(capacity)
    for index in overloads.indices { try overloads[index].run(server, request, capacity: capacity) }
  }
  report.section("Overload, \(rounds) rounds of three seconds; medians")
  report.line("capacity", "\(median(capacities).short) pictures/s")
  for overload in overloads { overload.tell(&report) }
}

private struct Overload {
  /// Times the capacity.
  let factor: Int
  private var goodputs: [Double] = []
  private var seen = Crowd.Outcome()
  private var probes = Experience()
  private var answers = AnswerTimes()

  init(factor: Int) { self.factor = factor }

  mutating func run(_ server: Server, _ request: Request, capacity: Double) throws {
    var crowd = Crowd(port: server.port, request: request)
    let pace = Crowd.Pace.open(rate: Double(factor) * capacity)
    _ = try crowd.ask(pace, seconds: 1)
    let before = try server.metrics()
    let probe = Prober(server, every: 0.01)
    let outcome = try crowd.ask(pace, seconds: 3)
    let probes = probe.stop()
    answers.add(from: before, to: try server.metrics())
    goodputs.append(Double(outcome.count(200)) / 3 / capacity)
    seen.times.merge(outcome.times) { $0 + $1 }
    seen.lost += outcome.lost
    self.probes.times += probes.times
    self.probes.failures += probes.failures
  }

  func tell(_ report: inout Report) {
    let refusals = Latencies(seen.times[503] ?? [])
    let lost = seen.lost + probes.failures.count
    report.line("\(factor) times that: goodput", 100 * median(goodputs), "% of capacity", atLeast: 90)
    report.line("  answers", "\(seen.count(200)) pictures, \(refusals.count) refusals")
    report.require(lost == 0, "  requests that failed", "\(lost) \(probes.failures.first ?? "")")
    answers.report("refusal", "0.005", &report)
    answers.report("probe", "0.05", &report)
    report.line(
      "  503, 99th percentile, by the client", refusals.milliseconds(atShare: 0.99), "ms", atMost: 500)
    let health = Latencies(probes.times).milliseconds(atShare: 0.99)
    report.line("  GET /health/live, 99th percentile, by it", health, "ms", atMost: 500)
  }
}

private func median(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.sorted()[values.count / 2]
}
