import Testing

@testable import HTTP

@Suite("Queries")
struct QueryTests {
  private func query(_ text: String) throws -> [String] {
    try Query(decoding: Array(text.utf8).span).pairs.map { "\($0.name)=\($0.value)" }
  }

  @Test("keep the order and repetitions of their pairs")
  func order() throws {
    let query = try Request(.get, "/?b=1&a=2&b=3").query
    #expect(query["b"] == "1")
    #expect(query.values("b") == ["1", "3"])
    #expect(query.pairs.map(\.name) == ["b", "a", "b"])
    #expect(query["c"] == nil)
  }

  @Test("are decoded")
  func decoding() throws {
    #expect(try query("a%20b+c=%C3%A9%26&x=a=b") == ["a b c=é&", "x=a=b"])
    #expect(try query("a&b=&=c&&") == ["a=", "b=", "=c"])
    #expect(try query("") == [])
  }

  @Test("have a character of nobody's for what is no text, and are no fault")
  func noText() throws {
    #expect(try query("a=%ff&b=c") == ["a=\u{FFFD}", "b=c"])
    #expect(try query("a=x%00%7Fy&%0a=b") == ["a=x\u{FFFD}\u{FFFD}y", "\u{FFFD}=b"])
    #expect(try query("a=%2F%c0%80") == ["a=/\u{FFFD}\u{FFFD}"])
  }

  @Test(
    "are refused where they cannot be",
    arguments: ["a=%", "a=%4", "a=%g0", "%=b", "a=b%"])
  func malformed(_ text: String) {
    #expect(throws: Problem.self) { _ = try query(text) }
  }
}
