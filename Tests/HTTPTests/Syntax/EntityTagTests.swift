import HTTPTypes
import Testing

@testable import HTTP

@Suite("If-None-Match")
struct EntityTagTests {
  private func matches(_ values: String...) throws -> Bool {
    var fields: HTTPFields = [:]
    fields[values: .ifNoneMatch] = values
    return try Request(.get, "/", headerFields: fields).alreadyHas(EntityTag("abc"))
  }

  @Test(
    "names what the client has, strong or weak, among others, or anything",
    arguments: [#""abc""#, #"W/"abc""#, #""x", "abc""#, #" W/"x" ,"abc","y""#, "*", #""", "abc""#])
  func has(value: String) throws {
    #expect(try matches(value))
    #expect(try matches(#""other""#, value))
  }

  @Test(
    "names nothing else",
    arguments: [
      "", "abc", #""abcd""#, #""ABC""#, #""abc"#, #"w/"abc""#, #"W"abc""#, #""x" abc"#, ",", #""a,bc""#,
    ])
  func hasNot(value: String) throws {
    #expect(try !matches(value))
  }

  @Test("is absent where the client has nothing")
  func absent() throws {
    #expect(try !Request(.get, "/").alreadyHas(EntityTag("abc")))
    #expect(EntityTag("abc").fieldValue == #""abc""#)
  }
}
