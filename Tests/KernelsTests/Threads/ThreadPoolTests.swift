import Kernels
import Synchronization
import Testing

@Suite("ThreadPool")
struct ThreadPoolTests {
  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test("runs every unit once, in many rounds of any size", arguments: 1...4)
  func everyUnit(width: Int) {
    let pool = ThreadPool(width: width)
    defer { pool.stop() }
    var noise = Noise()
    for round in 0..<200 {
      let count = round % 10 == 0 ? 0 : Int(noise.next() % 70)
      let runs = (0..<count).map { _ in Counter() }
      pool.forEach(count) { unit, _ in runs[unit].value.wrappingAdd(1, ordering: .relaxed) }
      #expect(
        runs.allSatisfy { $0.value.load(ordering: .relaxed) == 1 }, "round \(round), seed \(Noise.seed)")
    }
  }

  @Test("no two bodies have the same worker index at a time", arguments: 1...4)
  func exclusiveWorkers(width: Int) {
    let pool = ThreadPool(width: width)
    defer { pool.stop() }
    let busy = (0..<width).map { _ in Counter() }
    let clashes = Atomic<Int>(0)
    for _ in 0..<100 {
      pool.forEach(40) { _, worker in
        guard busy.indices.contains(worker), busy[worker].value.exchange(1, ordering: .acquiring) == 0 else {
          clashes.wrappingAdd(1, ordering: .relaxed)
          return
        }
        busy[worker].value.store(0, ordering: .releasing)
      }
    }
    #expect(clashes.load(ordering: .relaxed) == 0)
  }

  /// Plain memory, so that the thread sanitizer sees every missing edge.
  @Test("what the bodies wrote is there when forEach returns, and what was written before is there for them")
  func visibility() {
    let pool = ThreadPool(width: 3)
    defer { pool.stop() }
    let memory = GuardedMemory(repeating: 0, count: 64)
    let factor = GuardedMemory(repeating: 0, count: 1)
    for round in 1...100 {
      factor.base[0] = round
      pool.forEach(64) { unit, _ in memory.base[unit] += factor.base[0] }
    }
    #expect(memory.array == [Int](repeating: 5050, count: 64))
  }

  @Test("all threads take part: each waits in its first unit for the others")
  func concurrency() {
    let pool = ThreadPool(width: 3)
    defer { pool.stop() }
    let arrived = Atomic<Int>(0)
    pool.forEach(3) { _, _ in
      arrived.wrappingAdd(1, ordering: .acquiringAndReleasing)
      // Ends only when three threads are in here at once.
      while arrived.load(ordering: .acquiring) < 3 {}
    }
    #expect(arrived.load(ordering: .relaxed) == 3)
  }

  @Test("stop ends the threads, which let go of the pool; stopping again does nothing", arguments: 1...3)
  func stop(width: Int) {
    weak var released: ThreadPool?
    do {
      let pool = ThreadPool(width: width)
      pool.forEach(10) { _, _ in }
      pool.stop()
      pool.stop()
      released = pool
    }
    #expect(released == nil)
  }

  @Test("a pool that never worked can be stopped")
  func unused() {
    for _ in 0..<50 { ThreadPool(width: 3).stop() }
  }

  @Test("one thread alone runs the units in order, as worker 0")
  func alone() {
    var seen: [[Int]] = []
    Team.alone.forEach(3) { seen.append([$0, $1]) }
    #expect(seen == [[0, 0], [1, 0], [2, 0]])
    #expect(Team.alone.width == 1)
  }
}
