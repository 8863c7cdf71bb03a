import Testing

@testable import HTTP

@Suite("Accept, RFC 9110 section 12.5.1")
struct AcceptTests {
  static let offers = ["image/png", "image/jpeg", "application/json"]

  static let choices: [(accept: [String], choice: String?)] = [
    ([], "image/png"),
    (["*/*"], "image/png"),
    (["image/jpeg"], "image/jpeg"),
    (["IMAGE/JPEG"], "image/jpeg"),
    (["application/json, */*;q=0.1"], "application/json"),
    (["image/*;q=0.5, image/jpeg;q=0.6"], "image/jpeg"),
    (["image/png;q=0, image/*"], "image/jpeg"),
    (["*/*, image/png;q=0"], "image/jpeg"),
    (["text/html, application/xhtml+xml"], nil),
    (["image/png;q=0"], nil),
    (["image/png;q=0.001"], "image/png"),
    (["text/html", "application/json"], "application/json"),
    (["image/png;q=2, image/jpeg;q=0.2"], "image/jpeg"),
    (["image/png;q=1.001, image/jpeg;q=0.2"], "image/jpeg"),
    (["image/png;q=0.1234, image/jpeg;q=0.2"], "image/jpeg"),
    (["nonsense, image/jpeg"], "image/jpeg"),
    (["nonsense"], "image/png"),
    ([","], "image/png"),
    (["image/png;v=\"a,b\";q=0.9, image/jpeg;q=0.5"], "image/jpeg"),
    (["*/json"], nil),
    (["application/json ; q=0.8 , image/jpeg ; q=0.9"], "image/jpeg"),
    (["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"], "image/png"),
  ]

  @Test("chooses what the client wants most", arguments: choices.indices)
  func chooses(_ index: Int) {
    let (values, choice) = Self.choices[index]
    #expect(Accept(parsing: values).preferred(among: Self.offers) == choice, "\(values)")
  }

  @Test("a range with parameters is closer than one without")
  func parameters() {
    let accept = Accept(parsing: ["text/html;level=1, text/html;q=0.7, text/*;q=0.3, */*;q=0.5"])
    #expect(accept.quality(of: MediaType(parsing: "text/html;level=1")!) == 1000)
    #expect(accept.quality(of: MediaType(parsing: "text/html")!) == 700)
    #expect(accept.quality(of: MediaType(parsing: "text/plain")!) == 300)
    #expect(accept.quality(of: MediaType(parsing: "image/jpeg")!) == 500)
  }
}

@Suite("Media types, RFC 9110 section 8.3.1")
struct MediaTypeTests {
  @Test("have a type, a subtype and parameters")
  func wellFormed() throws {
    let type = try #require(MediaType(parsing: "Multipart/Form-Data; Charset=UTF-8 ;boundary=\"a;\\\"b\";"))
    #expect(type.essence == "multipart/form-data")
    #expect(type[parameter: "boundary"] == "a;\"b")
    #expect(type[parameter: "charset"] == "UTF-8")
    #expect(type[parameter: "other"] == nil)
  }

  @Test(
    "are nothing else",
    arguments: [
      "", "image", "image/", "/png", "image/png;a", "image/png;a=\"b", "image/png x", "a/b/c", "a/b, c/d",
    ])
  func malformed(_ text: String) { #expect(MediaType(parsing: text) == nil) }
}
