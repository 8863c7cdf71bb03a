import Testing

@testable import HTTP

@Suite("The memory of unfinished headers")
struct HeaderMemoryTests {
  private func hold(
    _ count: Int, _ ticket: inout UInt64?, _ name: String, _ memory: inout HeaderMemory<String>
  ) -> [String] {
    let (next, leaving) = memory.hold(count, ticket, name)
    ticket = next
    return leaving
  }

  @Test("is bounded: those give way that began first, as many as it takes")
  func order() {
    var memory = HeaderMemory<String>(limit: 100)
    var (a, b, c): (UInt64?, UInt64?, UInt64?) = (nil, nil, nil)
    #expect(hold(30, &a, "a", &memory) == [])
    #expect(hold(30, &b, "b", &memory) == [])
    #expect(hold(40, &c, "c", &memory) == [])
    #expect(hold(60, &b, "b", &memory) == ["a"])
    #expect(memory.used == 100)
    #expect(hold(80, &c, "c", &memory) == ["b"])
    #expect(memory.used == 80)
    // Who has been told to go counts no more, however much it still has.
    #expect(hold(1000, &a, "a", &memory) == [] && memory.used == 80)
    #expect(hold(101, &c, "c", &memory) == ["c"])
    #expect(memory.used == 0)
  }

  @Test("is given back when they end")
  func ends() {
    var memory = HeaderMemory<String>(limit: 100)
    var (a, b): (UInt64?, UInt64?) = (nil, nil)
    _ = hold(90, &a, "a", &memory)
    #expect(hold(0, &a, "a", &memory) == [] && a == nil && memory.used == 0)
    #expect(hold(90, &b, "b", &memory) == [])
    #expect(hold(10, &a, "a again", &memory) == [])
    #expect(hold(20, &a, "a again", &memory) == ["b"])
    #expect(hold(0, &b, "b", &memory) == [] && memory.used == 20)
  }

  @Test("A connection that gives its header up answers 408; without one it goes on")
  func connection() {
    var connection = StateUnderTest()
    #expect(connection.state.headerMemory == 0 && connection.state.giveHeaderUp().isEmpty)
    connection.receive("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 4000))
    #expect((4000...6000).contains(connection.state.headerMemory))
    #expect(
      connection.state.giveHeaderUp().map(\.summary) == ["note header_memory", "write 408 close"])
    #expect(connection.state.headerMemory == 0)
    var whole = StateUnderTest()
    whole.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(whole.state.headerMemory == 0 && whole.state.giveHeaderUp().isEmpty)
  }
}
