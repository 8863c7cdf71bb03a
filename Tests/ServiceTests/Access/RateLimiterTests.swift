import Testing

@testable import Service

@Suite("The rate limit")
struct RateLimiterTests {
  private let start = ContinuousClock.now

  private func limiter(_ requestsPerMinute: Int, width: Int = 1 << 10) -> RateLimiter {
    RateLimiter(requestsPerMinute: requestsPerMinute, width: width, start: start)
  }

  @Test("A quiet client may ask a minute's worth at once, and then at an even pace")
  func bucket() {
    let limiter = limiter(60)
    for _ in 0..<60 { #expect(limiter.admit("a", now: start) == nil) }
    #expect(limiter.admit("a", now: start) == .seconds(1))
    #expect(limiter.admit("a", now: start + .milliseconds(400)) == .milliseconds(600))
    #expect(limiter.admit("a", now: start + .seconds(1)) == nil)
    #expect(limiter.admit("a", now: start + .seconds(1)) == .seconds(1))
    // Quiet for long, and no richer than at first.
    let late = start + .seconds(3600)
    #expect((0..<100).count { _ in limiter.admit("a", now: late) == nil } == 60)
  }

  @Test("Asking in vain costs nothing but the waiting")
  func refusalsAreFree() {
    let limiter = limiter(1)
    #expect(limiter.admit("a", now: start) == nil)
    for second in 0..<60 {
      #expect(limiter.admit("a", now: start + .seconds(second)) == .seconds(60 - second))
    }
    #expect(limiter.admit("a", now: start + .seconds(60)) == nil)
  }

  @Test("Over any time, a greedy client gets a minute's worth and the rate", arguments: [1, 7, 60, 1000])
  func longRun(rate: Int) {
    let limiter = limiter(rate)
    let steps = 10 * 60 * 20
    let admitted = (0..<steps).count { step in
      limiter.admit("a", now: start + .milliseconds(50 * step)) == nil
    }
    #expect((min(steps, 11 * rate - 1)...11 * rate).contains(admitted))
  }

  @Test("One client's greed is not another's loss")
  func separate() {
    let limiter = limiter(2)
    for _ in 0..<10 { _ = limiter.admit("a", now: start) }
    #expect(limiter.admit("b", now: start) == nil)
  }

  @Test("Work that came later is owed")
  func charge() {
    let limiter = limiter(60)
    #expect(limiter.admit("a", now: start) == nil)
    limiter.charge("a", requests: 99, now: start)
    #expect(limiter.admit("a", now: start) == .seconds(41))
    #expect(limiter.admit("a", now: start + .seconds(41)) == nil)
    limiter.charge("b", requests: 0, now: start)
    #expect((0..<100).count { _ in limiter.admit("b", now: start) == nil } == 60)
  }

  @Test("Thousands of other clients make nobody's limit forgotten")
  func flood() {
    let limiter = limiter(10)
    for _ in 0..<10 { _ = limiter.admit("a", now: start) }
    for other in 0..<20_000 { _ = limiter.admit(other, now: start) }
    #expect(limiter.admit("a", now: start) != nil)
  }

  @Test("Clients that have used up theirs in a tenth of the places stop few of the others")
  func collisions() {
    let limiter = limiter(1, width: 1 << 14)
    for other in 0..<1600 { _ = limiter.admit(other, now: start) }
    let stopped = (0..<5000).count { limiter.admit("b\($0 % 500)-\($0)", now: start) != nil }
    // The innocent fill places, too: at the end a third of each row, and a third to the fourth is 0.012.
    #expect(stopped < 5000 / 20)
  }

  @Test("Many threads get no more than there is")
  func threads() async {
    let limiter = limiter(100)
    let start = start
    let admitted = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<50).count { _ in limiter.admit("a", now: start) == nil } }
      }
      return await group.reduce(0, +)
    }
    #expect(admitted == 100)
  }

  @Test("An IPv6 network of 2^64 counts as one client, an IPv4 address by itself, a key wherever it is used")
  func accounts() {
    func account(_ address: String, key: String? = nil) -> Caller.Account {
      Caller(address: IPAddress(address), keyName: key).account
    }
    #expect(account("2001:db8:0:1::1") == account("2001:db8:0:1:ffff::2"))
    #expect(account("2001:db8:0:1::1") != account("2001:db8:0:2::1"))
    #expect(account("192.0.2.1") != account("192.0.2.2"))
    #expect(account("192.0.2.1", key: "a") == account("2001:db8::1", key: "a"))
    #expect(account("192.0.2.1", key: "a") != account("192.0.2.1", key: "b"))
  }
}
