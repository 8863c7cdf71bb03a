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

  @Test(
    "are refused where they cannot be",
    arguments: ["a=%", "a=%4", "a=%g0", "a=%ff", "a=%00", "%0a=b", "a=%c0%80"])
  func malformed(_ text: String) {
    #expect(throws: Problem.self) { _ = try query(text) }
  }
}
