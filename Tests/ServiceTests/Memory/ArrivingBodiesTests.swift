import HTTPTypes
import Testing

@testable import HTTP
@testable import Service

@Suite("Bodies that arrive while there is too little memory", .timeLimit(.minutes(1)))
struct ArrivingBodiesTests {
  /// Who has sent nothing is too slow from the beginning, or never is.
  private func budget(_ limit: Int, patience: UInt64) -> MemoryBudget {
    MemoryBudget(
      limit: limit, keptForWork: 0,
      arriving: ArrivingBodies(pace: HTTP.Pace(patience: patience, rate: 1)))
  }

  private func receive(_ budget: MemoryBudget, _ source: any BodySource, declared: Int?) async throws -> Int {
    let body = RequestBody(source: source, declaredLength: declared, maximumLength: .max)
    return try await budget.receive(try .arriving(.post, "/translate", body: body)) { request, _ in
      try await request.body.collect().count
    }
  }

  /// What becomes of bodies that never come.
  private func silent(_ budget: MemoryBudget, _ count: Int, declared: Int) async -> [Task<Int, any Error>] {
    var tasks: [Task<Int, any Error>] = []
    for number in 1...count {
      tasks.append(Task { try await receive(budget, SilentBody(), declared: declared) })
      await until { budget.arriving.count == number }
    }
    return tasks
  }

  @Test("Slow ones give way to a new one, no more than are needed and the slowest first")
  func slow() async throws {
    let budget = budget(100, patience: 0)
    let slow = await silent(budget, 4, declared: 25)
    let new = try await receive(budget, PiecesOfBody(count: 4, bytes: 10), declared: 40)
    #expect(new == 40)
    for task in slow.prefix(2) {
      await #expect(throws: Problem.gaveWay) { try await task.value }
    }
    #expect(budget.arriving.count == 2 && budget.used == 50)
    for task in slow { task.cancel() }
    await until { budget.used == 0 }
  }

  @Test("Those that are quick enough stay, and the new one is refused")
  func quick() async throws {
    let budget = budget(100, patience: .max / 4)
    let quick = await silent(budget, 4, declared: 25)
    await #expect(throws: Problem.noMemory) {
      try await receive(budget, PiecesOfBody(count: 1, bytes: 1), declared: 1)
    }
    #expect(budget.arriving.count == 4 && budget.used == 100)
    for task in quick { task.cancel() }
    await until { budget.used == 0 }
  }

  @Test("None gives way where all of them have too little")
  func futile() async throws {
    let budget = budget(100, patience: 0)
    let work = budget.takeLong(50)
    let slow = await silent(budget, 2, declared: 25)
    await #expect(throws: Problem.noMemory) {
      try await receive(budget, PiecesOfBody(count: 1, bytes: 60), declared: 60)
    }
    #expect(budget.arriving.count == 2)
    for task in slow { task.cancel() }
    await until { budget.used == 50 }
    withExtendedLifetime(work) {}
  }

  @Test(
    "One that does not tell its length grows into the memory of slow ones, and does not give way to itself")
  func growing() async throws {
    let budget = budget(4 << 20, patience: 0)
    let slow = await silent(budget, 1, declared: 4 << 20)
    let new = try await receive(budget, PiecesOfBody(count: 3, bytes: 500_000), declared: nil)
    #expect(new == 1_500_000)
    await #expect(throws: Problem.gaveWay) { try await slow[0].value }
    await #expect(throws: Problem.noMemory) {
      try await receive(budget, PiecesOfBody(count: 5, bytes: 500_000), declared: nil)
    }
    #expect(budget.used == 0)
  }

  @Test("Who gave way is told so with 408, and counted")
  func answer() async throws {
    let service = try TranslationService.ready {
      $0.uploadMemory = 2000
      $0.decoding.maxPixels = 1_000_000
    }
    let budget = try #require(service.state.translator).pictures.budget
    // As much as there is for bodies; it is quick enough for five seconds, which no test waits for.
    let body = RequestBody(source: SilentBody(), declaredLength: 1000, maximumLength: .max)
    let first = Task { await service.respond(to: try .arriving(.post, "/translate", body: body)) }
    await until { budget.arriving.count == 1 }
    #expect(await budget.arriving.giveWayAll(1000))
    let response = try await first.value
    #expect(response.status == .requestTimeout)
    #expect(service.metrics.exposition().contains("ugatit_http_refusals_total{reason=\"slow_upload\"} 1\n"))
  }
}

extension ArrivingBodies {
  /// As if all were too slow.
  fileprivate func giveWayAll(_ shortage: Int) async -> Bool {
    await giveWay(shortage, besides: nil, now: .max)
  }
}

/// A body of which nothing comes.
private final class SilentBody: BodySource {
  func next() async throws -> [UInt8]? {
    try await Task.sleep(for: .seconds(600))
    return nil
  }
}
