import HTTPTypes
import Testing

@testable import HTTP

@Suite("Forms, RFC 7578")
struct FormPartTests {
  private func form(_ dispositions: [String], type: String = "multipart/form-data; boundary=b") throws
    -> Request
  {
    let parts = dispositions.map {
      "--b\r\nContent-Disposition: \($0)\r\nContent-Type: image/png\r\n\r\nx\u{0}y\r\n"
    }
    return try Request(
      .post, "/", headerFields: [.contentType: type], body: Array((parts.joined() + "--b--\r\n").utf8))
  }

  @Test("have named parts")
  func parts() async throws {
    let parts = try await form(["form-data; name=image; filename=\"a.png\"", "FORM-DATA; name=\"two\""])
      .formParts()
    #expect(parts.map(\.name) == ["image", "two"])
    #expect(parts.map(\.fileName) == ["a.png", nil])
    #expect(parts.map(\.body) == [Array("x\u{0}y".utf8), Array("x\u{0}y".utf8)])
    #expect(parts[0].contentType?.essence == "image/png")
  }

  static let fileNames = [
    ("filename=\"a \\\"b\\\" \\\\c\"", "a \"b\" \\c"), ("filename=\"a%22b%0D%0A%20\"", "a\"b\r\n%20"),
    ("filename=\"C:\\me.png\"", "C:\\me.png"), ("filename=\"é.png\"", "é.png"), ("filename=\"\"", ""),
    ("filename=\"x\"; filename*=UTF-8''%C3%A9%20a.png", "é a.png"), ("filename=\"x\"; filename*=bad", "x"),
    ("filename=\"a;b=c\"", "a;b=c"),
  ]

  @Test("have file names in all the ways clients write them", arguments: fileNames)
  func fileName(_ written: String, _ meant: String) async throws {
    #expect(try await form(["form-data; name=a; \(written)"]).formParts().first?.fileName == meant)
  }

  @Test(
    "are refused where a part has no name",
    arguments: [
      "form-data", "form-data; filename=a", "attachment; name=a", "form-data; name", "form-data; name=\"a",
    ])
  func nameless(_ disposition: String) async throws {
    let request = try form([disposition])
    #expect(await refusal { try await request.formParts() } == .badRequest)
  }

  @Test("are refused where they are something else or too large")
  func refusals() async throws {
    for type in ["image/png", "multipart/mixed; boundary=b", "nonsense"] {
      let request = try form(["form-data; name=a"], type: type)
      #expect(await refusal { try await request.formParts() } == .unsupportedMediaType)
    }
    let unbounded = try form(["form-data; name=a"], type: "multipart/form-data")
    #expect(await refusal { try await unbounded.formParts() } == .badRequest)
    let large = try form(["form-data; name=a"])
    #expect(await refusal { try await large.formParts(upTo: 20) } == .contentTooLarge)
    let many = try form(["form-data; name=a", "form-data; name=a", "form-data; name=a"])
    #expect(await refusal { try await many.formParts(limits: MultipartLimits(parts: 2)) } == .contentTooLarge)
  }
}
