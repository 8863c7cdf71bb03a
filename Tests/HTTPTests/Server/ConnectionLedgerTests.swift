import Testing

@testable import HTTP

@Suite("The ledger of connections")
struct ConnectionLedgerTests {
  @Test("lets a flood from one address take no room from others")
  func flood() async {
    let ledger = ConnectionLedger(maximum: 20, maximumPerAddress: 10, loop: EventLoop(label: "test"))
    for _ in 0..<10 { #expect(await ledger.admit("10.0.0.1") == .admitted) }
    for _ in 0..<256 { #expect(await ledger.admit("10.0.0.1") == .refused(.addressLimit)) }
    for _ in 0..<1000 { #expect(await ledger.admit("10.0.0.1") == .dropped(.addressLimit)) }
    for _ in 0..<10 { #expect(await ledger.admit("10.0.0.2") == .admitted) }
    #expect(await ledger.admit("10.0.0.3") == .dropped(.connectionLimit))
    ledger.release("10.0.0.1", wasAdmitted: false)
    #expect(await ledger.admit("10.0.0.3") == .refused(.connectionLimit))
    ledger.release("10.0.0.2", wasAdmitted: true)
    #expect(await ledger.admit("10.0.0.3") == .admitted)
    #expect(await ledger.admit("10.0.0.1") == .dropped(.addressLimit))
  }

  @Test("is empty once it is closed and every connection has ended")
  func empty() async {
    let ledger = ConnectionLedger(maximum: 1, maximumPerAddress: nil, loop: EventLoop(label: "test"))
    #expect(await ledger.admit("a") == .admitted)
    #expect(await ledger.admit("b") == .refused(.connectionLimit))
    await ledger.close()
    #expect(await ledger.admit("c") == .dropped(.connectionLimit))
    ledger.release("a", wasAdmitted: true)
    ledger.release("b", wasAdmitted: false)
    await ledger.empty.value
  }
}
