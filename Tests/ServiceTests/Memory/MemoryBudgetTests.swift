import Testing

@testable import Service

@Suite("The memory that uploads and pictures share", .timeLimit(.minutes(1)))
struct MemoryBudgetTests {
  @Test("Long leases leave what is kept for work; all of it comes back")
  func long() {
    let budget = MemoryBudget(limit: 100, keptForWork: 30)
    var first = budget.takeLong(50)
    #expect(first?.bytes == 50 && budget.takeLong(21) == nil)
    let second = budget.takeLong(20)
    #expect(second != nil && budget.used == 70)
    first = nil
    #expect(budget.used == 20)
  }

  @Test("Short leases take all there is, in the order of arrival, a large one before small ones behind it")
  func short() async throws {
    let budget = MemoryBudget(limit: 100, keptForWork: 30)
    var long = budget.takeLong(60)
    #expect(long != nil)
    var first: MemoryBudget.Lease? = try await budget.waitForShort(30)
    #expect(first?.bytes == 30 && budget.used == 90)
    let large = Task { try await budget.waitForShort(100) }
    await until { budget.waiting == 1 }
    let small = Task { try await budget.waitForShort(1) }
    await until { budget.waiting == 2 }
    first = nil
    #expect(budget.waiting == 2)
    long = nil
    let lease = try await large.value
    #expect(lease.bytes == 100 && budget.waiting == 1)
    // The task keeps its result, so the lease does not end by itself.
    #expect(lease.resize(to: 0))
    #expect(try await small.value.bytes == 1)
  }

  @Test("Who gives up makes room for those behind")
  func cancelled() async throws {
    let budget = MemoryBudget(limit: 100, keptForWork: 0)
    let held = budget.takeLong(50)
    let large = Task { try await budget.waitForShort(60) }
    await until { budget.waiting == 1 }
    let small = Task { try await budget.waitForShort(50) }
    await until { budget.waiting == 2 }
    large.cancel()
    await #expect(throws: CancellationError.self) { try await large.value }
    #expect(try await small.value.bytes == 50)
    #expect(held != nil)
    let late = Task {
      await until { Task.isCancelled }
      return try await budget.waitForShort(1)
    }
    late.cancel()
    await #expect(throws: CancellationError.self) { try await late.value }
  }

  @Test("A lease grows where there is room, shrinks, and is split")
  func resizing() {
    let budget = MemoryBudget(limit: 100, keptForWork: 30)
    let lease = budget.takeLong(10)
    #expect(lease?.resize(to: 70) == true && lease?.resize(to: 71) == false)
    #expect(lease?.bytes == 70 && budget.used == 70)
    var half = lease?.split(40)
    #expect(half?.bytes == 40 && lease?.bytes == 30 && budget.used == 70)
    half = nil
    #expect(budget.used == 30)
    #expect(lease?.resize(to: 5) == true && budget.used == 5)
  }

  @Test("What was worked on becomes a long lease, as far as these may go")
  func keeping() async throws {
    let budget = MemoryBudget(limit: 100, keptForWork: 30)
    var work: MemoryBudget.Lease? = try await budget.waitForShort(100)
    #expect(work?.keep(71) == false && budget.used == 100)
    #expect(work?.keep(70) == true && budget.used == 70)
    #expect(budget.takeLong(1) == nil)
    work = nil
    #expect(budget.used == 0 && budget.takeLong(70) != nil)
  }
}
