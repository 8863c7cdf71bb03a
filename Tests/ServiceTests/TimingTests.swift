import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

/// Each wait is made so long that no other time of the request comes near it on a machine that has anything to spare;
/// on one that has not, the tests still hold, for they ask for no more than was seen to pass.
///
/// A thread may lose its processor between two readings of the clock that belong together, hence the tolerance.
@Suite("What an answer tells of its times", .timeLimit(.minutes(1)))
struct TimingTests {
  private static let wait = Duration.milliseconds(200)
  private static let tolerance = 50.0

  /// Lets time pass, and tells how much of it did, in milliseconds.
  private func pass() async throws -> Double {
    try await ContinuousClock().measure { try await Task.sleep(for: Self.wait) }.milliseconds
  }

  private func header(_ answer: Response) throws -> [String: Double] {
    let entries = try #require(answer["Server-Timing"]).split(separator: ",")
    return try Dictionary(
      uniqueKeysWithValues: entries.map { entry in
        let (name, time) = try #require(entry.trimmingSpaces().split(separator: ";dur=").pair)
        return (String(name), try #require(Double(String(time))))
      })
  }

  /// Milliseconds that pictures have waited for their batches, all in all.
  private func batchWaits(_ service: TranslationService) throws -> Double {
    let name = #"ugatit_stage_seconds_sum{stage="batch_wait",model="negative",direction="A2B"} "#
    let lines = service.metrics.exposition().split(separator: "\n")
    let (_, seconds) = try #require(lines.first { $0.hasPrefix(name) }?.split(separator: " ").pair)
    return try #require(Double(String(seconds))) * 1000
  }

  @Test(
    "Every wait is queue, the network's time is inference, and no time is told twice",
    arguments: ["png", "json"])
  func parts(format: String) async throws {
    let gate = Gate()
    let service = try TranslationService.ready({ $0.queue.maxBatch = 1 }, gate: gate)
    let budget = try #require(service.state.translator).pictures.budget
    let body = try RGBImage.pattern().png()
    let other = Task { try await service.post(body) }
    await until { gate.arrived == 1 }

    var threads = try await BusyThreads(of: service)
    let start = ContinuousClock.now
    let request = Task { try await service.post("/translate?format=\(format)", body) }
    await until { service.queueDepth == 1 && budget.used > body.count }
    var waited = try await pass()
    try await threads.release()
    // The file's memory is given back when the picture is a tensor, which then waits for its batch.
    await until { budget.used == 0 }
    _ = try await pass()
    gate.open()
    _ = try await other.value
    waited -= try batchWaits(service)
    await until { gate.arrived == 2 && budget.used == 0 }
    let computed = try await pass()
    threads = try await BusyThreads(of: service)
    gate.open()
    await until { budget.used > 0 }
    waited += try await pass()
    try await threads.release()
    let answer = try await request.value
    let total = start.duration(to: .now).milliseconds
    waited += try batchWaits(service)

    let times =
      format == "json" ? try answer.decoded(TranslationJSON.self).timingsMs : try header(answer)
    let (queue, inference) = (try #require(times["queue"]), try #require(times["inference"]))
    let (preprocess, encode) = (try #require(times["preprocess"]), try #require(times["encode"]))
    #expect(queue >= waited - Self.tolerance)
    #expect(inference >= computed - Self.tolerance)
    #expect(preprocess > 0 && encode > 0)
    // Each is rounded to a microsecond.
    #expect(queue + inference + preprocess + encode <= total + 0.004)
  }

  @Test("A picture's wait is that for memory and that for a thread, its work neither")
  func waits() async throws {
    let budget = MemoryBudget(limit: 100, keptForWork: 0)
    let pictures = ImagePipeline(limits: .init(), budget: budget, width: 1, maxWaiting: 1)
    let gate = Gate()
    let holder = Task { _ = try await pictures.work(holding: 0) { _ in gate.pass() } }
    await until { gate.arrived == 1 }
    let start = ContinuousClock.now
    let lease = try #require(budget.takeLong(100))
    let work = Task { try await pictures.work(holding: 100) { _ in gate.pass() } }
    await until { budget.waiting == 1 }
    var waited = try await pass()
    #expect(lease.resize(to: 0))
    await until { budget.used == 100 }
    waited += try await pass()
    gate.open()
    try await holder.value
    await until { gate.arrived == 2 }
    let ran = try await pass()
    gate.open()
    let times = try await work.value
    #expect(times.waited.milliseconds >= waited - Self.tolerance)
    #expect(times.ran.milliseconds >= ran - Self.tolerance)
    #expect(times.waited + times.ran <= start.duration(to: .now))
  }
}

extension Collection {
  /// Its elements where there are two.
  fileprivate var pair: (Element, Element)? {
    guard count == 2, let first else { return nil }
    return (first, self[index(after: startIndex)])
  }
}
