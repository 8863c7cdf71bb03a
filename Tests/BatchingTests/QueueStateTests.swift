import Testing

@testable import Batching

@Suite("The state of a queue")
struct QueueStateTests {
  private typealias State = QueueState<String, Int, Int>

  @Test("The worker is woken once, when the oldest item has waited for the delay")
  func alarm() async throws {
    let start = ContinuousClock.now
    var state = State(line: WaitingLine(maxBatch: 2, maxDelay: .seconds(5)))
    #expect(state.setAlarm() == nil)
    await #expect(throws: CancellationError.self) {
      try await withCheckedThrowingContinuation { (caller: State.Continuation) in
        let id = state.makeID()
        state.append(
          .init(id: id, input: 1, priority: .second, arrival: start), key: "a", continuation: caller)
        #expect(state.setAlarm() == start + .seconds(5))
        #expect(state.setAlarm() == nil)
        state.isAlarmSet = false
        #expect(state.setAlarm() == start + .seconds(5))
        state.remove(id)?.resume(throwing: CancellationError())
      }
    }
    state.isAlarmSet = false
    #expect(state.setAlarm() == nil && state.depth == 0)
  }

  @Test("Who drains it waits for a place that is held, and is told once")
  func drained() async {
    var state = State(line: WaitingLine(maxBatch: 2, maxDelay: .zero))
    state.isDraining = true
    state.reserved = 1
    await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
      state.drained.append(waiter)
      var told = state.takeDrained()
      #expect(told.isEmpty)
      state.reserved = 0
      told += state.takeDrained()
      #expect(told.count == 1 && state.takeDrained().isEmpty)
      for waiter in told { waiter.resume() }
    }
  }
}
