import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

@Suite("A model without a class activation map", .timeLimit(.minutes(1)))
struct NoHeatmapTests {
  /// "plain", which has no heatmap, and unless it is alone "negative", which has.
  private func service(alone: Bool = false) throws -> TranslationService {
    let plain = ModelDescription.named("plain", directions: ["A2B"], cam: false)
    let models = alone ? [plain] : [plain, .named("negative", directions: ["A2B"])]
    return try .ready(models: LoadedModels(models.map { .negative($0) }, defaultModel: "plain"))
  }

  private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

  @Test("is told by /models, and its translations link to no heatmap, however that was to be drawn")
  func translated() async throws {
    let service = try service()
    #expect(text(try await service.get("/models")).contains(#""heatmap":false"#))
    #expect(text(try await service.get("/models")).contains(#""heatmap":true"#))
    let picture = RGBImage.pattern()
    for query in ["", "?style=overlay", "?size=original"] {
      let answer = try await service.post("/translate\(query)", try picture.png())
      #expect(answer.status == .ok && answer["Link"] == nil)
      #expect(try RGBImage(decoding: answer.body) == NegativeNetwork.negative(of: picture))
    }
    let other = try await service.post("/translate?model=negative", try picture.png())
    #expect(other["Link"] != nil)
  }

  @Test("gives JSON in which heatmap and logits are null")
  func json() async throws {
    let answer = try await service().post("/translate?format=json&style=gray", try RGBImage.pattern().png())
    #expect(answer.status == .ok)
    #expect(text(answer).contains(#""heatmap":null"#))
    #expect(text(answer).contains(#""cam":null"#))
  }

  @Test("has no heatmap to ask for: 409, with the models that have one")
  func heatmap() async throws {
    for alone in [true, false] {
      let service = try service(alone: alone)
      let id = try #require(try await service.post(try RGBImage.pattern().png())["Translation-Id"])
      for target in ["/heatmap/\(id)", "/heatmap?id=\(id)&style=gray"] {
        let answer = try await service.get(target)
        #expect(answer.status == .conflict)
        let detail = try answer.decoded(ProblemJSON.self).detail
        #expect(detail.contains("'plain'") && detail.contains("model=negative") == !alone, "\(detail)")
      }
      #expect(try await service.get("/heatmap/0123456789abcdef").status == .notFound)
    }
  }

  @Test("has in /v2 the outputs that there are, and asking for another is 400 with its name")
  func inference() async throws {
    let service = try service()
    for path in ["plain", "plain/config"] {
      let told = text(try await service.get("/v2/models/\(path)"))
      #expect(told.contains("translated") && told.contains("picture"))
      #expect(!told.contains("heatmap") && !told.contains("cam_logits"), "\(told)")
    }
    let raw: HTTPFields = [.inferenceHeaderContentLength: "0"]
    let file = try RGBImage.pattern().png()
    let standard = try await service.post("/v2/models/plain/infer", file, headerFields: raw)
    #expect(standard.status == .ok)
    #expect(text(standard).contains("translated") && !text(standard).contains("heatmap"))
    let input = #"{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":SIZE}}"#
    for output in ["heatmap", "cam_logits"] {
      let json =
        #"{"inputs":[\#(input)],"outputs":[{"name":"\#(output)"}]}"#
        .replacing("SIZE", with: "\(file.count + 4)")
      let element = withUnsafeBytes(of: UInt32(file.count).littleEndian) { Array($0) } + file
      let refused = try await service.post(
        "/v2/models/plain/infer", Array(json.utf8) + element,
        headerFields: [.inferenceHeaderContentLength: "\(json.utf8.count)"])
      #expect(refused.status == .badRequest)
      let detail = try refused.decoded(ProblemJSON.self).detail
      #expect(detail.contains("'\(output)'") && detail.contains("translated, picture"), "\(detail)")
    }
  }
}
