import FoundationEssentials
import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

@Suite("JSON to /translate", .timeLimit(.minutes(1)))
struct JSONUploadTests {
  private func post(_ document: String, _ target: String = "/translate") async throws -> Response {
    try await TranslationService.ready().post(
      target, Array(document.utf8), headerFields: [.contentType: "application/json"])
  }

  private func document(_ parameters: String) throws -> String {
    let file = Data(try RGBImage.pattern().png()).base64EncodedString()
    return #"{"inputs":"\#(file.replacing("/", with: #"\/"#))","parameters":{\#(parameters)}}"#
  }

  @Test("Is answered as the picture alone")
  func picture() async throws {
    for document in [
      try document(""), try document(#""prompt":"a cat","guidance_scale":7.5,"direction":null"#),
    ] {
      let response = try await post(document)
      #expect(response.status == .ok && response["Translation-Id"] != nil)
      #expect(try RGBImage(decoding: response.body) == NegativeNetwork.negative(of: .pattern()))
    }
  }

  @Test("Parameters are the query's, and go before it")
  func parameters() async throws {
    let response = try await post(
      try document(#""format":"json","style":"gray","model":"other","direction":"B2A""#), "/translate?model=x"
    )
    // What the header is enough to refuse is refused by it.
    #expect(response.status == .notFound)
    let json = try await post(
      try document(#""format":"json","style":"gray","model":"other","direction":"B2A""#),
      "/translate?style=jet")
    let answer = try json.decoded(TranslationJSON.self)
    #expect(answer.model == "other" && answer.direction == "B2A" && answer.heatmap.style == "gray")
  }

  @Test("A whole number is one however it is written", arguments: ["82", "82.0", "8.2e1"])
  func wholeNumber(quality: String) async throws {
    let written = try await post(try document("\"format\":\"jpeg\",\"quality\":\(quality)"))
    let asked = try await post(try document(""), "/translate?format=jpeg&quality=82")
    #expect(written.status == .ok && written.body == asked.body)
    #expect(try await post(try document("\"format\":\"jpeg\",\"quality\":82.5")).status == .badRequest)
  }

  @Test("A target size is that of the picture")
  func targetSize() async throws {
    let response = try await post(try document(#""target_size":{"height":70,"width":100}"#))
    let expected = NegativeNetwork.negative(of: .pattern()).resized(width: 100, height: 70)
    #expect(try RGBImage(decoding: response.body) == expected)
  }

  @Test(
    "What is wrong is 400 and says so",
    arguments: [
      ("", "no image"), ("[]", "JSON"), ("{}", "no 'inputs'"), (#"{"inputs":""}"#, "no 'inputs'"),
      (#"{"inputs":"?"}"#, "base64"), (#"{"inputs":[]}"#, "JSON"),
      (#"{"input":"QQ=="}"#, "'input' is not known"),
      (#"{"inputs":"QQ==","parameters":{"styl":"gray"}}"#, "'styl'"),
      (#"{"inputs":"QQ==","parameters":{"style":["gray"]}}"#, "a text, a number"),
      (#"{"inputs":"QQ==","parameters":{"target_size":{"width":1}}}"#, "1 to 4096"),
      (#"{"inputs":"QQ==","parameters":{"target_size":{"width":1,"height":4097}}}"#, "1 to 4096"),
      (#"{"inputs":"QQ==","parameters":{"target_size":{"width":1,"height":1,"x":1}}}"#, "not 'x'"),
    ])
  func wrong(document: String, words: String) async throws {
    let response = try await post(document)
    #expect(response.status == .badRequest)
    let problem = try response.decoded(ProblemJSON.self)
    #expect("\(problem.title) \(problem.detail)".contains(words), "\(problem)")
  }

  @Test("What is no picture in it is as without it")
  func noPicture() async throws {
    #expect(try await post(#"{"inputs":"QQ=="}"#).status == .unsupportedMediaType)
  }
}
