import Batching
import HTTPTypes
import Images
import Synchronization
import Testing

@testable import HTTP
@testable import Service

@Suite("Pictures that wait to be decoded", .timeLimit(.minutes(1)))
struct DecodingLineTests {
  private let picture = RGBImage.pattern()

  @Test("They count as waiting, health is answered meanwhile, and the queue is full before more are decoded")
  func countsAndProbes() async throws {
    let service = try TranslationService.ready { $0.queue = .init(maxBatch: 1, maxQueue: 2) }
    let body = try picture.png()
    var waiting: [Task<Response, any Error>] = []
    try await BusyThreads.during(service) {
      for count in 1...2 {
        waiting.append(Task { try await service.post(body) })
        await until { service.queueDepth == count }
      }
      let live = try await service.get("/health/live").status
      #expect(live == .ok)
      #expect(service.metrics.exposition().contains("ugatit_queue_depth 2\n"))
      let refused = try await service.post(body).status
      #expect(refused == .serviceUnavailable)
    }
    for task in waiting { #expect(try await task.value.status == .ok) }
  }

  @Test("The deadline ends their wait, whatever they wait for, and nothing is decoded in vain")
  func deadline() async throws {
    let service = try TranslationService.ready { $0.timeLimit = .milliseconds(50) }
    let body = try picture.png()
    try await BusyThreads.during(service) {
      let late = try await service.post(body).status
      #expect(late == .gatewayTimeout)
      let form = Form.body(Array(repeating: ("image", body), count: 9))
      let answer = try await service.post("/translate", form, headerFields: Form.headerFields)
      let results = try answer.decoded([String: [ProblemJSON]].self)["results"]
      #expect(results?.map(\.status) == Array(repeating: 504, count: 9))
      #expect(service.queueDepth == 0)
    }
    #expect(service.metrics.exposition().contains("ugatit_batch_size_count 0\n"))
  }

  @Test("A form's pictures take turns: no more of them wait at once than fit into a batch")
  func turns() async throws {
    let service = try TranslationService.ready { $0.queue = .init(maxBatch: 2, maxQueue: 3) }
    let body = try picture.png()
    let form = Form.body(Array(repeating: ("image", body), count: 12))
    var tasks: [Task<Response, any Error>] = []
    try await BusyThreads.during(service) {
      tasks.append(Task { try await service.post("/translate", form, headerFields: Form.headerFields) })
      await until { service.queueDepth == 2 }
      tasks.append(Task { try await service.post(body) })
      await until { service.queueDepth == 3 }
    }
    #expect(try await tasks[1].value.status == .ok)
    let results = try await tasks[0].value.decoded([String: [TranslationJSON]].self)["results"]
    #expect(results?.count == 12)
  }

  @Test("An image whose place is gone when its body has arrived is a full queue's, and counted as such")
  func placeGone() async throws {
    let service = try TranslationService.ready { $0.queue = .init(maxBatch: 1, maxQueue: 1) }
    let queue = try #require(service.state.translator).queue
    let place = Mutex<Place?>(nil)
    let body = try picture.png()
    let source = HookedBody(body) { place.withLock { $0 = try? queue.reserve() } }
    let answer = await service.respond(
      to: try .arriving(
        .post, "/translate",
        body: RequestBody(source: source, declaredLength: body.count, maximumLength: .max)))
    #expect(answer.status == .serviceUnavailable && answer.headerFields[.retryAfter] != nil)
    #expect(service.metrics.exposition().contains("ugatit_http_refusals_total{reason=\"queue_full\"} 1\n"))
  }
}

@Suite("The time of a request", .timeLimit(.minutes(1)))
struct TimeLimitTests {
  private func limit(_ text: String?) throws(Problem) -> Duration {
    var fields = HTTPFields()
    if let text { fields[HTTPField.Name("Request-Timeout")!] = text }
    return try TimeLimit(try Request(.post, "/translate", headerFields: fields), most: .seconds(60)).duration
  }

  @Test("Request-Timeout shortens it and never lengthens it")
  func field() throws {
    #expect(try limit(nil) == .seconds(60))
    #expect(try limit("2.5") == .milliseconds(2500))
    #expect(try limit("0.001") == .milliseconds(1))
    #expect(try limit("61") == .seconds(60))
    #expect(try limit(String(repeating: "9", count: 300)) == .seconds(60))
  }

  @Test(
    "What is no time gets 400", arguments: ["", "0", "-1", "soon", "1s", "nan", "inf", "1e3", "0x10", " "])
  func wrong(text: String) {
    #expect(throws: Problem.self) { try limit(text) }
  }

  @Test("It begins when the body has arrived: a slow upload is not late")
  func slowBody() async throws {
    let service = try TranslationService.ready { $0.timeLimit = .seconds(10) }
    let body = try RGBImage.pattern().png()
    let start = ContinuousClock.now
    let source = HookedBody(body) { try? await Task.sleep(for: .milliseconds(10_100)) }
    let answer = await service.respond(
      to: try .arriving(
        .post, "/translate",
        body: RequestBody(source: source, declaredLength: body.count, maximumLength: .max)))
    #expect(answer.status == .ok && start.duration(to: .now) > .seconds(10))
  }

  @Test("A request's own time is kept")
  func ownTime() async throws {
    let gate = Gate()
    let service = try TranslationService.ready(gate: gate)
    let answer = try await service.post(
      try RGBImage.pattern().png(), headerFields: [HTTPField.Name("Request-Timeout")!: "0.05"])
    #expect(answer.status == .gatewayTimeout)
    gate.open()
  }
}

/// A body in memory that does something before it is read.
final class HookedBody: BodySource {
  private let bytes: Mutex<[UInt8]?>
  private let hook: @Sendable () async -> Void

  init(_ bytes: [UInt8], hook: @escaping @Sendable () async -> Void) {
    self.bytes = Mutex(bytes)
    self.hook = hook
  }

  func next() async throws -> [UInt8]? {
    let next = bytes.withLock { bytes in
      defer { bytes = nil }
      return bytes
    }
    if next != nil { await hook() }
    return next
  }
}
