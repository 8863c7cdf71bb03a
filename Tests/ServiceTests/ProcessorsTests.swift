import Testing

@testable import Service

@Suite("Threads are as many as the processors that one may use")
struct ProcessorsTests {
  @Test(
    "a quota counts in whole processors, at least one",
    arguments: [
      ("max 100000\n", nil), ("200000 100000\n", 2), ("150000 100000\n", 1), ("50000 100000\n", 1),
      ("1600000 100000", 16), ("", nil), ("100000", nil), ("0 100000", nil), ("100000 0", nil), ("x y", nil),
      ("-1 100000", nil), ("99999999999999999999 100000", nil),
    ] as [(String, Int?)])
  func quota(text: String, expected: Int?) {
    #expect(Processors.quota(text) == expected)
  }

  @Test("at least one is available")
  func available() {
    #expect(Processors.available >= 1)
  }
}
