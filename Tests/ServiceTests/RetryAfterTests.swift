import Batching
import HTTPTypes
import Images
import Synchronization
import Testing

@testable import HTTP
@testable import Service

@Suite("When to come back to a full queue", .timeLimit(.minutes(1)))
struct RetryAfterTests {
  @Test(
    "It is told in whole seconds, at least one and at most a minute",
    arguments: [(0, 1), (400, 1), (1000, 1), (1001, 2), (2500, 3), (60_000, 60), (90_000, 60)])
  func seconds(milliseconds: Int, told: Int) {
    let problem = Problem.queueFull(backlog: .milliseconds(milliseconds))
    #expect(problem.headerFields[.retryAfter] == "\(told)")
  }

  @Test("An image takes its share of the last batch, and the queue that of all who wait")
  func backlog() async throws {
    let reports = Mutex<[BatchReport<BatchKey>]>([])
    // The first waits for the second.
    let queue = InferenceQueue(.init(maxBatch: 2, maxQueue: 8, maxDelay: .seconds(3600))) { report in
      reports.withLock { $0.append(report) }
    }
    let direction = LoadedModel.negative(.named("negative", directions: ["A2B"])).directions[0]
    #expect(queue.backlog == .zero)
    let input = RGBImage.pattern().planarFloats()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        let place = try queue.reserve()
        group.addTask {
          _ = try await queue.run(input, BatchKey(direction: direction, goal: .image, size: nil), place)
        }
      }
      try await group.waitForAll()
    }
    let last = try #require(reports.withLock { $0.last })
    #expect(last.size == 2)
    let places = try (0..<3).map { _ in try queue.reserve() }
    let backlog = queue.backlog
    // Counted in whole nanoseconds an image.
    #expect(backlog <= last.ran * 3 / 2 && backlog >= (last.ran / 2 - .nanoseconds(1)) * 3)
    #expect(backlog > .zero && places.count == 3)
  }

  @Test("A client learns it from the header's refusal, and from that of a picture whose place is gone")
  func told() async throws {
    let service = try TranslationService.ready { $0.queue = .init(maxBatch: 1, maxQueue: 3) }
    let queue = try #require(service.state.translator).queue
    let body = try RGBImage.pattern().png()
    queue.pace.record(.milliseconds(2500))
    let places = Mutex<[Place]>([])
    let source = HookedBody(body) {
      places.withLock { $0 = (0..<3).compactMap { _ in try? queue.reserve() } }
    }
    let late = await service.respond(
      to: try .arriving(
        .post, "/translate",
        body: RequestBody(source: source, declaredLength: body.count, maximumLength: .max)))
    #expect(late.status == .serviceUnavailable && late.headerFields[.retryAfter] == "8")
    let early = try await service.post(body)
    #expect(early.status == .serviceUnavailable && early.headerFields[.retryAfter] == "8")
    #expect(service.metrics.exposition().contains("ugatit_http_refusals_total{reason=\"queue_full\"} 2\n"))
  }
}
