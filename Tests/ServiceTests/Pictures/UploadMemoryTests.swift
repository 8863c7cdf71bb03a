import HTTPTypes
import Images
import Synchronization
import Testing

@testable import HTTP
@testable import Service

@Suite("Memory of uploads and answers", .timeLimit(.minutes(1)))
struct UploadMemoryTests {
  private static let limit = 64 << 20

  private func service(_ log: LogLines = LogLines()) throws -> TranslationService {
    try .ready(
      {
        $0.uploadMemory = Self.limit
        $0.decoding.maxPixels = 1_000_000
      }, log: log)
  }

  private func budget(_ service: TranslationService) throws -> MemoryBudget {
    try #require(service.state.translator).pictures.budget
  }

  @Test("A body for which there is no memory is refused by its header, counted, and served when there is")
  func header() async throws {
    let service = try service()
    let budget = try budget(service)
    var others = budget.takeLong(budget.limitOfLong - 999)
    #expect(others != nil)
    let body = WatchedBody()
    let answer = await service.respond(to: try .arriving(.post, "/translate", body: body.body()))
    #expect(answer.status == .serviceUnavailable && answer.headerFields[.retryAfter] == "1")
    #expect(!body.wasRead)
    #expect(service.metrics.exposition().contains("ugatit_http_refusals_total{reason=\"upload_memory\"} 1\n"))
    others = nil
    #expect(try await service.post(try RGBImage.pattern().png()).status == .ok)
  }

  @Test("A body that does not tell its length is counted as it arrives")
  func chunked() async throws {
    let service = try service()
    let budget = try budget(service)
    let others = budget.takeLong(budget.limitOfLong - 3 << 20)
    let pieces = PiecesOfBody(count: 100, bytes: 1 << 16)
    let answer = await service.respond(to: try .arriving(.post, "/translate", body: pieces.body()))
    #expect(answer.status == .serviceUnavailable)
    // Three megabytes hold one that grows, of 16 pieces, and its copy.
    #expect(pieces.given == 16)
    #expect(others != nil && budget.used == budget.limitOfLong - 3 << 20)
  }

  @Test("It takes memory by the megabyte, so that not every piece has to ask for more")
  func steps() async throws {
    let service = try service()
    let budget = try budget(service)
    let used = Mutex<[Int]>([])
    let pieces = PiecesOfBody(count: 18, bytes: 1 << 16) { used.withLock { $0.append(budget.used) } }
    _ = await service.respond(to: try .arriving(.post, "/translate", body: pieces.body()))
    // Before each piece and before the end: sixteen pieces are a megabyte, and what grows has a copy.
    let megabyte = 1 << 20
    let steps = [0] + Array(repeating: 2 * megabyte, count: 15) + Array(repeating: 4 * megabyte, count: 3)
    #expect(used.withLock { $0 } == steps)
  }

  @Test("A body larger than any may be gets 413, whatever memory there is")
  func tooLarge() async throws {
    let service = try service()
    let body = WatchedBody().body(declaredLength: Self.limit * 2, limit: 1000)
    let answer = await service.respond(to: try .arriving(.post, "/translate", body: body))
    #expect(answer.status == .contentTooLarge)
  }

  @Test("The file's memory ends when it is decoded, the answer's when it has been sent")
  func lifetimes() async throws {
    let gate = Gate()
    let service = try TranslationService.ready(gate: gate)
    let budget = try budget(service)
    let picture = try RGBImage.pattern(width: 400, height: 300).png()
    let request = try Request.arriving(.post, "/translate?format=png", body: RequestBody(picture))
    do {
      let responder = service.responder(to: request)
      let running = Task { try await responder.respond() }
      await until { gate.arrived == 1 }
      // The thread that decoded lets go of its lease a moment after its result is there.
      await until { budget.used == 0 }
      gate.open()
      let answer = try await running.value
      #expect(answer.status == .ok)
      await until { budget.used == answer.body.count }
      responder.finished(.of(request, answered: answer))
    }
    await until { budget.used == 0 }
  }

  @Test("A picture that there is never memory for is refused, with the option's name")
  func neverEnough() async throws {
    let service = try TranslationService.ready { $0.uploadMemory = 1 << 20 }
    let white = RGBImage(width: 1000, height: 1000, pixels: Array(repeating: 255, count: 3_000_000))
    let answer = try await service.post(try white.png())
    #expect(answer.status == .unprocessableContent)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("--upload-memory-mb"))
  }
}

/// A chunked body of so many equal pieces.
final class PiecesOfBody: BodySource {
  private let piece: [UInt8]
  private let left: Mutex<Int>
  private let count: Int
  private let hook: @Sendable () -> Void

  /// - Parameter hook: is called before each of the pieces, and before the end.
  init(count: Int, bytes: Int, hook: @escaping @Sendable () -> Void = {}) {
    self.count = count
    self.hook = hook
    piece = Array(repeating: 0, count: bytes)
    left = Mutex(count)
  }

  var given: Int { count - left.withLock { $0 } }

  func next() async throws -> [UInt8]? {
    hook()
    return left.withLock { left in
      guard left > 0 else { return nil }
      left -= 1
      return piece
    }
  }

  func body() -> RequestBody { RequestBody(source: self, declaredLength: nil, maximumLength: .max) }
}
