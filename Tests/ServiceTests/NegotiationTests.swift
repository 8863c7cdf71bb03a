import HTTP
import HTTPTypes
import Testing

@testable import Service

@Suite("Which form an answer takes")
struct NegotiationTests {
  @Test(
    "Accept chooses by weight and by how specific it is",
    arguments: [
      ("image/jpeg", AnswerFormat.jpeg), ("application/json", .json), ("*/*", .png), ("image/*", .png),
      ("image/png;q=0.5, image/jpeg", .jpeg), ("application/json;q=0.9, image/*;q=0.1", .json),
      ("image/png;q=0, image/*", .jpeg), ("IMAGE/JPEG ; Q=1.0", .jpeg), ("text/html, */*;q=0.8", .png),
      ("application/json;q=0.001, */*;q=0", .json), ("text/html", .png), ("", .png), (",,", .png),
      ("image/jpeg;q=2", .png), ("image", .png), ("image/avif,image/webp,*/*;q=0.8", .webp),
      ("image/jpeg;level=1;q=0.4, application/json;q=0.5", .json),
    ])
  func accept(value: String, expected: AnswerFormat) throws {
    let request = try Request(.post, "/translate", headerFields: [.accept: value])
    #expect(try AnswerFormat(request.query, request.accept) == expected)
  }

  @Test("The query's format overrules Accept")
  func query() throws {
    let request = try Request(.post, "/translate?format=jpeg", headerFields: [.accept: "application/json"])
    #expect(try AnswerFormat(request.query, request.accept) == .jpeg)
  }

  @Test("Several Accept fields are one list")
  func severalFields() throws {
    var fields = HTTPFields()
    fields.append(HTTPField(name: .accept, value: "image/png;q=0.1"))
    fields.append(HTTPField(name: .accept, value: "image/jpeg;q=0.2"))
    let request = try Request(.post, "/translate", headerFields: fields)
    #expect(try AnswerFormat(request.query, request.accept) == .jpeg)
  }
}
