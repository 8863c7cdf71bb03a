import Testing

@testable import Batching

@Suite("The state of a queue")
struct WaitingItemsTests {
  private typealias Items = WaitingItems<String, Int, Int>

  @Test("The worker is woken once, when the oldest item has waited for the delay")
  func alarm() async throws {
    let start = ContinuousClock.now
    var items = Items()
    #expect(items.setAlarm(maxDelay: .seconds(5)) == nil)
    await #expect(throws: CancellationError.self) {
      try await withCheckedThrowingContinuation { (caller: Items.Continuation) in
        let id = items.makeID()
        items.append(Items.Item(id: id, input: 1, arrival: start), key: "a", continuation: caller)
        #expect(items.setAlarm(maxDelay: .seconds(5)) == start + .seconds(5))
        #expect(items.setAlarm(maxDelay: .seconds(5)) == nil)
        items.isAlarmSet = false
        #expect(items.setAlarm(maxDelay: .seconds(7)) == start + .seconds(7))
        items.remove(id)?.resume(throwing: CancellationError())
      }
    }
    items.isAlarmSet = false
    #expect(items.setAlarm(maxDelay: .seconds(5)) == nil && items.depth == 0)
  }
}
