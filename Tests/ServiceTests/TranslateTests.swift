import FoundationEssentials
import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

@Suite("POST /translate", .timeLimit(.minutes(1)))
struct TranslateTests {
  @Test("A PNG comes back as the network's picture, with its id, a link and the times in the header")
  func rawPNG() async throws {
    let service = try TranslationService.ready()
    let picture = RGBImage.pattern()
    let answer = try await service.post(try picture.png())
    #expect(answer.status == .ok)
    #expect(answer.headerFields[.contentType] == "image/png")
    #expect(try RGBImage(decoding: answer.body) == NegativeNetwork.negative(of: picture))
    let id = try #require(answer["Translation-Id"])
    #expect(id.count == 32 && id.allSatisfy(\.isHexDigit))
    #expect(answer["Link"] == "</heatmap/\(id)>; rel=\"describedby\"")
    let timing = try #require(answer["Server-Timing"])
    let names = timing.split(separator: ",").compactMap { $0.split(separator: ";").first?.trimmingSpaces() }
    #expect(names == ["queue", "preprocess", "inference", "encode"])
    for entry in timing.split(separator: ",") {
      let milliseconds = try #require(Double(String(entry.split(separator: "=")[1])))
      #expect(milliseconds >= 0)
    }
  }

  @Test(
    "A raw body need not be announced as an image",
    arguments: [nil, "application/x-www-form-urlencoded", "image/png", "text/plain"])
  func contentTypes(type: String?) async throws {
    let service = try TranslationService.ready()
    let fields: HTTPFields = type.map { [.contentType: $0] } ?? [:]
    #expect(try await service.post(try RGBImage.pattern().png(), headerFields: fields).status == .ok)
  }

  @Test("What goes in comes out, smaller at a lower quality", arguments: [ImageFormat.jpeg, .webp])
  func lossy(format: ImageFormat) async throws {
    let service = try TranslationService.ready()
    let body = try RGBImage.pattern().encoded(as: format)
    let fine = try await service.post("/translate?format=\(format.rawValue)&quality=95", body)
    let coarse = try await service.post("/translate?format=\(format.rawValue)&quality=20", body)
    #expect(fine.headerFields[.contentType] == format.contentType)
    #expect(FileKind(fine.body) == .picture(format))
    #expect(coarse.body.count < fine.body.count)
  }

  @Test("Colours of a profile are converted unless they are to be ignored, and what became of it is counted")
  func profiles() async throws {
    let service = try TranslationService.ready()
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
      .joined(separator: "/")
    let path = "\(folder)/ImagesTests/Fixtures/profile/adobe.jpg"
    let file = Array(try #require(FileManager.default.contents(atPath: path)))
    func answer(_ query: String, _ body: [UInt8]) async throws -> RGBImage {
      try RGBImage(decoding: try await service.post("/translate?\(query)", body).body)
    }
    let plain = try await answer("profile=ignore", file)
    #expect(
      plain == NegativeNetwork.negative(of: try RGBImage(decoding: file).resized(width: 48, height: 32)))
    let converted = try await answer("", file)
    #expect(converted != plain)
    #expect(try await answer("profile=convert", file) == converted)
    _ = try await answer("", try RGBImage.pattern().png())
    let metrics = service.metrics.exposition()
    #expect(metrics.contains("ugatit_colour_profiles_total{result=\"converted\"} 2\n"))
    #expect(metrics.contains("ugatit_colour_profiles_total{result=\"unusable\"} 0\n"))
  }

  @Test("format=json gives the picture, the heatmap, the logits and the times in one document")
  func json() async throws {
    let service = try TranslationService.ready()
    let picture = RGBImage.pattern()
    let answer = try await service.post("/translate?format=json&style=gray", try picture.png())
    #expect(answer.headerFields[.contentType] == "application/json")
    let json = try answer.decoded(TranslationJSON.self)
    #expect(json.model == "negative" && json.direction == "A2B")
    #expect(json.image.contentType == "image/png" && json.image.width == 48 && json.image.height == 32)
    #expect(try RGBImage(decoding: Array(json.image.data)) == NegativeNetwork.negative(of: picture))
    #expect(json.heatmap.style == "gray" && json.heatmap.width == 48 && json.heatmap.height == 32)
    let shown = try await service.get("/heatmap/\(json.id)?style=gray")
    #expect(Array(json.heatmap.data) == shown.body)
    #expect(json.cam["gmp_logit"] == 2.5)
    #expect(json.cam["gap_logit"] == Float(picture.pixels[0]) / 127.5 - 1)
    #expect(json.timingsMs.keys.sorted() == ["encode", "inference", "preprocess", "queue"])
  }

  @Test("size=original gives the sent picture's size, whatever the fit", arguments: Fit.allCases)
  func originalSize(fit: Fit) async throws {
    let service = try TranslationService.ready()
    let body = try RGBImage.pattern(width: 90, height: 60).png()
    let answer = try await service.post("/translate?size=original&fit=\(fit.rawValue)", body)
    let picture = try RGBImage(decoding: answer.body)
    #expect(picture.width == 90 && picture.height == 60)
    let small = try RGBImage(decoding: try await service.post("/translate?fit=\(fit.rawValue)", body).body)
    #expect(small.width == 48 && small.height == 32)
  }

  @Test("crop takes a part as if it were all there is, by the query and in a document")
  func crop() async throws {
    let service = try TranslationService.ready()
    let picture = RGBImage.pattern(width: 90, height: 70)
    var rows: [UInt8] = []
    for y in 5..<37 {
      let start = 3 * (90 * y + 20)
      rows += picture.pixels[start..<start + 3 * 48]
    }
    let part = RGBImage(width: 48, height: 32, pixels: rows)
    for query in ["crop=20,5,48,32", "crop=20,5,48,32&size=original", "crop=20,5,48,32&fit=pad"] {
      let answer = try await service.post("/translate?\(query)", try picture.png())
      #expect(try RGBImage(decoding: answer.body) == NegativeNetwork.negative(of: part), "\(query)")
    }
    let inputs = Data(try picture.png()).base64EncodedString()
    let document = await service.respond(
      to: try Request(
        .post, "/translate", headerFields: [.contentType: "application/json"],
        body: Array(#"{"inputs": "\#(inputs)", "parameters": {"crop": "20,5,48,32"}}"#.utf8)))
    #expect(try RGBImage(decoding: document.body) == NegativeNetwork.negative(of: part))
    let original = try await service.post("/translate?crop=3,4,50,60&size=original", try picture.png())
    let drawn = try RGBImage(decoding: original.body)
    #expect(drawn.width == 50 && drawn.height == 60)
  }

  @Test("A form with one image is answered like a raw one")
  func formWithOneImage() async throws {
    let service = try TranslationService.ready()
    let picture = RGBImage.pattern()
    let body = Form.body([("image", try picture.png())])
    let answer = try await service.post("/translate", body, headerFields: Form.headerFields)
    #expect(answer.headerFields[.contentType] == "image/png")
    #expect(try RGBImage(decoding: answer.body) == NegativeNetwork.negative(of: picture))
  }

  @Test("A form with several images gives a result or a problem for each, in order")
  func formWithSeveralImages() async throws {
    let service = try TranslationService.ready { $0.queue.maxBatch = 2 }
    let pictures = [48, 64, 80].map { RGBImage.pattern(width: $0, height: $0) }
    let first = try pictures[0].png()
    let parts = [
      first, Array(first.prefix(60)), try pictures[1].png(), Array("text".utf8), try pictures[2].png(),
    ]
    let answer = try await service.post(
      "/translate?size=original", Form.body(parts.map { ("image", $0) }), headerFields: Form.headerFields)
    #expect(answer.status == .ok)
    let results = try answer.decoded([String: [Either]].self)["results"]
    #expect(results?.map(\.summary) == ["48", "422", "64", "415", "80"])
  }

  private enum Either: Decodable {
    case translation(TranslationJSON)
    case problem(ProblemJSON)

    init(from decoder: any Decoder) throws {
      if let problem = try? ProblemJSON(from: decoder) {
        self = .problem(problem)
      } else {
        self = .translation(try TranslationJSON(from: decoder))
      }
    }

    var summary: String {
      switch self {
      case .translation(let translation): "\(translation.image.width)"
      case .problem(let problem): "\(problem.status)"
      }
    }
  }

  @Test("The query chooses model and direction; a model with one direction needs none")
  func modelAndDirection() async throws {
    let service = try TranslationService.ready()
    let body = try RGBImage.pattern().png()
    let answer = try await service.post("/translate?model=other&format=json", body)
    let json = try answer.decoded(TranslationJSON.self)
    #expect(json.model == "other" && json.direction == "B2A")
  }

  @Test("A request keeps the id it came with, and gets one if that is unfit for a log")
  func requestIDs() async throws {
    let service = try TranslationService.ready()
    let name = try #require(HTTPField.Name("X-Request-Id"))
    #expect(try await service.get("/health", headerFields: [name: "abc-1"])["X-Request-Id"] == "abc-1")
    let long = String(repeating: "x", count: 200)
    let made = try #require(try await service.get("/health", headerFields: [name: long])["X-Request-Id"])
    #expect(made.count == 32)
  }
}
