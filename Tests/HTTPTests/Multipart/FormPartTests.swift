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

  @Test("have names in all the ways clients write them")
  func names() async throws {
    for (written, meant) in [
      ("name=a", "a"), ("NAME=\"a b\"", "a b"), ("name=\"a\\\"b\\\\\"", "a\"b\\"),
      ("name=\"%22%0d%0A\"", "\"%0d\n"),
      ("name=\"é\"", "é"), ("name=\"\"", ""), ("name=\"a;b=c, d\" ;filename=x", "a;b=c, d"),
      ("filename=x;name=a;", "a"),
    ] {
      #expect(try await form(["form-data; \(written)"]).formParts().map(\.name) == [meant], "\(written)")
    }
  }

  @Test("have a boundary in all the ways clients write it")
  func boundaries() async throws {
    for type in [
      "multipart/form-data; boundary=b", "Multipart/Form-Data;BOUNDARY=\"b\"",
      "multipart/form-data; charset=utf-8 ; boundary=b", "multipart/form-data; boundary=b; charset=utf-8",
    ] {
      #expect(try await form(["form-data; name=a"], type: type).formParts().count == 1, "\(type)")
    }
    for boundary in ["", "\"\\b\"", "\"\"", "\"b \"", "\"\(String(repeating: "b", count: 71))\"", "c"] {
      let request = try form(["form-data; name=a"], type: "multipart/form-data; boundary=\(boundary)")
      #expect(await refusal { try await request.formParts() } != nil, "\(boundary)")
    }
  }

  static let fileNames = [
    ("filename=\"a \\\"b\\\" \\\\c\"", "a \"b\" \\c"), ("filename=\"a%22b%0D%0A%20\"", "a\"b\r\n%20"),
    ("filename=\"C:\\me.png\"", "C:\\me.png"), ("filename=\"é.png\"", "é.png"), ("filename=\"\"", ""),
    ("filename=\"x\"; filename*=UTF-8''%C3%A9%20a.png", "é a.png"), ("filename=\"x\"; filename*=bad", "x"),
    ("filename=\"a;b=c\"", "a;b=c"), ("filename=\"../../etc/passwd\"", "../../etc/passwd"),
    ("filename=a.png", "a.png"),
    ("filename*=utf-8'de'%e2%82%ac", "€"), ("filename=\"x\"; filename*=UTF-8''%ff", "x"),
    ("filename=\"x\"; filename*=ISO-8859-1''%e9", "x"), ("filename=\"100%.png\"", "100%.png"),
  ]

  @Test("have file names in all the ways clients write them", arguments: fileNames)
  func fileName(_ written: String, _ meant: String) async throws {
    #expect(try await form(["form-data; name=a; \(written)"]).formParts().first?.fileName == meant)
  }

  @Test(
    "are refused where a part has no name",
    arguments: [
      "form-data", "form-data; filename=a", "attachment; name=a", "form-data; name", "form-data; name=\"a",
      "form-data; name=a; name=b", "form-data; name=a; NAME=a", "form-data; name=a, form-data; name=b", "",
      "; name=a",
      "form-data name=a", "form-data; name=a b", "form-data; name*=UTF-8''a",
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
