import Testing

@testable import HTTP

@Suite("A connection's times, told by the clock of the test")
struct ConnectionTimeTests {
  private static let upload = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n"

  /// Fifteen seconds for body and answer, 1024 bytes a second.
  private func connection(_ request: String) -> StateUnderTest {
    var connection = StateUnderTest()
    connection.receive(request)
    return connection
  }

  @Test("a body that begins quickly and then stops gets 408 when it has been silent for body-s")
  func quickBeginning() {
    var connection = connection(Self.upload)
    connection.wantBody()
    #expect(connection.receive(String(repeating: "x", count: 1_000_000)) == ["read 1000000"])
    connection.wantBody()
    #expect(connection.timeLeft == .seconds(15))
    connection.wait(.seconds(14))
    #expect(connection.passDeadline() == ["fail 408"])
    #expect(connection.now == Duration.seconds(15).nanoseconds)
  }

  @Test("a body below the rate gets 408 though it is never silent for long; the waits add up")
  func belowRate() {
    var connection = connection(Self.upload)
    for _ in 0..<29 {
      connection.wantBody()
      connection.wait(.seconds(1))
      #expect(connection.receive(String(repeating: "x", count: 512)) == ["read 512"])
    }
    connection.wantBody()
    #expect(connection.timeLeft == .milliseconds(500))
    #expect(connection.passDeadline() == ["fail 408"])
  }

  @Test("a slow body above the rate is never refused, however long it takes")
  func slowAndHonest() {
    var connection = connection(Self.upload)
    for _ in 0..<1000 {
      connection.wantBody()
      connection.wait(.seconds(9))
      #expect(connection.receive(String(repeating: "x", count: 9 * 1024)) == ["read 9216"])
    }
  }

  @Test("a handler that does not read costs the client no time")
  func idleHandler() {
    var connection = connection(Self.upload)
    #expect(connection.timeLeft == nil)
    connection.wait(.seconds(1000))
    connection.wantBody()
    #expect(connection.timeLeft == .seconds(15))
    connection.receive("x")
    #expect(connection.timeLeft == nil)
    connection.wait(.seconds(1000))
    connection.wantBody()
    #expect(connection.timeLeft == .seconds(15))
  }

  @Test("the rest of a body that nobody wants has the same time")
  func draining() {
    var connection = connection("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n")
    connection.answer()
    connection.write()
    #expect(connection.timeLeft == .seconds(15))
    connection.wait(.seconds(10))
    connection.receive(String(repeating: "x", count: 2048))
    #expect(connection.timeLeft == .seconds(7))
    #expect(connection.passDeadline() == ["note body_timeout", "close"])
  }

  @Test("an answer that is not taken at all ends with a reset; one that is taken at the rate goes on")
  func answer() {
    var connection = connection("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.answer()
    #expect(connection.timeLeft == nil)
    connection.write(1_000_000, isAll: false)
    #expect(connection.timeLeft == .seconds(15))
    // Its system has taken some bytes, which bring back what the rate gives them.
    #expect(connection.passDeadline() == ["measure"])
    #expect(connection.measure(unacknowledged: 1_000_000 - 10 * 1024) == [])
    #expect(connection.timeLeft == .seconds(10))
    #expect(connection.passDeadline() == ["measure"])
    #expect(connection.measure(unacknowledged: 1_000_000 - 15 * 1024) == [])
    #expect(connection.timeLeft == .seconds(5))
    #expect(connection.passDeadline() == ["measure"])
    #expect(
      connection.measure(unacknowledged: 1_000_000 - 15 * 1024)
        == ["note write_timeout", "reset", "report 200 incomplete", "close"])
  }

  @Test("all that was written of an answer counts as taken, however often the socket was full")
  func piecemeal() {
    var connection = connection("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.answer()
    connection.write(4 * 1024, isAll: false)
    connection.write(6 * 1024, isAll: false)
    #expect(connection.passDeadline() == ["measure"])
    #expect(connection.measure(unacknowledged: 0) == [])
    #expect(connection.timeLeft == .seconds(10))
  }

  @Test("an answer that was taken quickly at first earns no more than its steps allow")
  func quickReader() {
    var connection = connection("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.answer()
    connection.write(10_000_000, isAll: false)
    #expect(connection.passDeadline() == ["measure"])
    #expect(connection.measure(unacknowledged: 0) == [])
    #expect(connection.timeLeft == .seconds(79))
    #expect(connection.passDeadline() == ["measure"])
    #expect(connection.measure(unacknowledged: 0).first == "note write_timeout")
  }

  @Test("behind the last answer the client may send on for 30 seconds, with silences of less than five")
  func lingering() {
    var connection = connection("GET / HTTP/1.0\r\n\r\n")
    connection.answer()
    #expect(connection.write() == ["report 200", "end"])
    for _ in 0..<7 {
      #expect(connection.timeLeft == .seconds(5))
      connection.wait(.seconds(4))
      #expect(connection.receive(String(repeating: "x", count: 1 << 20)) == [])
    }
    #expect(connection.timeLeft == .seconds(2))
    #expect(connection.passDeadline() == ["close"])
  }

  @Test("a client that has finished sending is asked after 1, 2, 4 ... seconds whether it is there")
  func probing() {
    var connection = connection("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.end()
    for seconds in [1, 2, 4, 8] {
      #expect(connection.timeLeft == .seconds(seconds))
      #expect(connection.passDeadline() == ["write 100"])
    }
    var old = self.connection("GET /a HTTP/1.0\r\n\r\n")
    old.end()
    #expect(old.timeLeft == nil)
  }
}
