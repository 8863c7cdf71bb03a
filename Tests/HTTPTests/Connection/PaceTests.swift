import Testing

@testable import HTTP

@Suite("The pace that is asked of a client")
struct PaceTests {
  private static let second: UInt64 = 1_000_000_000
  /// Fifteen seconds of patience, a kilobyte a second.
  private func pace(step: Int = 0) -> Pace { Pace(patience: 15 * Self.second, rate: 1024, step: step) }

  @Test("ends with the first silence as long as the patience, whatever came before")
  func silence() {
    var pace = pace()
    #expect(pace.deadline == .max)
    pace.wait(100)
    #expect(pace.deadline == 15 * Self.second + 100)
    pace.credit(31 << 20, Self.second)
    #expect(pace.deadline == 16 * Self.second)
    pace.stop(2 * Self.second)
    #expect(pace.deadline == .max)
  }

  @Test("ends with less than the rate before long, though no silence is long")
  func tooSlow() {
    var pace = pace()
    var now: UInt64 = 0
    // Each read waits two seconds for a kilobyte: one second of patience is lost with each.
    for _ in 0..<13 {
      pace.wait(now)
      now += 2 * Self.second
      #expect(now < pace.deadline)
      pace.credit(1024, now)
      pace.stop(now)
    }
    pace.wait(now)
    #expect(pace.deadline == now + 2 * Self.second)
  }

  @Test("lets everybody go on who keeps to the rate, in bursts of any size that the patience allows")
  func honest() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    var pace = pace()
    var now: UInt64 = 0
    pace.wait(now)
    for _ in 0..<10_000 {
      let seconds = UInt64.random(in: 0..<15, using: &generator)
      now += seconds * Self.second
      #expect(now < pace.deadline, "seed \(seed)")
      pace.credit(Int(seconds) * 1024, now)
    }
  }

  @Test("counts waiting alone")
  func serverIsSlow() {
    var pace = pace()
    pace.wait(0)
    pace.stop(10 * Self.second)
    pace.wait(1000 * Self.second)
    #expect(pace.deadline == 1005 * Self.second)
  }

  @Test("allows for bytes that come in steps, by as much as a step and no more")
  func steps() {
    var pace = pace(step: 10 * 1024)
    pace.wait(0)
    #expect(pace.deadline == 15 * Self.second)
    pace.credit(1 << 30, Self.second)
    #expect(pace.deadline == 26 * Self.second)
  }

  @Test("survives the largest numbers that an operator can give it")
  func extremes() {
    let patience = Duration.seconds(Int64.max).nanoseconds
    var pace = Pace(patience: patience, rate: 1, step: .max)
    pace.wait(5)
    #expect(pace.deadline == patience + 5)
    pace.credit(.max, 6)
    pace.credit(.max, 7)
    #expect(pace.deadline > patience)
  }
}
