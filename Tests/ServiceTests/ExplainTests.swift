import Checkpoints
import FoundationEssentials
import HTTP
import HTTPTypes
import Images
import Testing

@testable import Networks
@testable import Service

/// What discriminators are said to say, so that answers can be predicted.
private enum Judges {
  static let logits: [ModelConfiguration.DiscriminatorKind: [Float]] = [
    .global: [0.25, 0.75], .local: [1, 0, 0.5, 0.5],
  ]

  static func heatmap(_ kind: ModelConfiguration.DiscriminatorKind) -> [Float] {
    kind == .global ? [0, 1, 2, 3] : (0..<24).map { Float(24 - $0) }
  }

  static func width(_ kind: ModelConfiguration.DiscriminatorKind) -> Int { kind == .global ? 2 : 6 }

  static func verdict(_ kind: ModelConfiguration.DiscriminatorKind, cam: Bool) -> Verdict {
    let (heatmap, width) = (heatmap(kind), width(kind))
    let attention = ClassActivation(
      heatmap: heatmap, width: width, height: heatmap.count / width, gapLogit: 3, gmpLogit: -4)
    let logits = logits[kind] ?? []
    return Verdict(
      NetworkOutput(
        image: [], attention: cam ? attention : nil,
        logits: LogitMap(values: logits, width: logits.count, height: 1)))
  }

  /// A model of this name, whose direction A2B is judged.
  static func model(_ name: String, cam: Bool = true) -> LoadedModel {
    let kinds: [ModelConfiguration.DiscriminatorKind] = [.global, .local]
    let description = ModelDescription.named(name, directions: ["A2B"], judges: kinds)
    let key = ModelKey(model: name, direction: "A2B")
    let judged = LoadedDirection(key: key, model: description) { goal, _, inputs in
      var outputs = NegativeNetwork.run(inputs, to: goal, at: description.size, hasHeatmap: true)
      for index in outputs.indices { outputs[index].verdicts = kinds.map { verdict($0, cam: cam) } }
      return outputs
    } check: { (size) throws(ImageSizeError) in
      if size != description.size { throw .judged(at: description.size) }
    }
    let direction = LoadedDirection(
      key: key, model: description, judged: judged,
      run: { goal, size, inputs in
        NegativeNetwork.run(inputs, to: goal, at: size ?? description.size, hasHeatmap: true)
      }, check: { _ throws(ImageSizeError) in })
    return LoadedModel(description: description, directions: [direction])
  }
}

@Suite("explain=discriminator", .timeLimit(.minutes(1)))
struct ExplainTests {
  private struct JudgedJSON: Decodable {
    struct Judgement: Decodable {
      let realism: Float
      let cam: [String: Float]?
      let heatmap: TranslationJSON.Picture?
    }
    let discriminators: [String: Judgement]?
  }

  private let picture = RGBImage.pattern()
  private var drawn: RGBImage { NegativeNetwork.negative(of: picture) }

  /// "judged", "nocam", whose discriminators have no class activation map, and "negative", which has none.
  private func service() throws -> TranslationService {
    try .ready(
      models: LoadedModels(
        [
          Judges.model("judged"), Judges.model("nocam", cam: false),
          .negative(.named("negative", directions: ["A2B"])),
        ], defaultModel: "judged"))
  }

  private func heatmap(_ kind: ModelConfiguration.DiscriminatorKind, _ style: HeatmapStyle) -> RGBImage {
    let (values, width) = (Judges.heatmap(kind), Judges.width(kind))
    return Heatmap(width: width, height: values.count / width, values: values)
      .picture(style: style, width: drawn.width, height: drawn.height, over: drawn)
  }

  @Test("gives in JSON how real the result looks, and over it where each discriminator looked")
  func json() async throws {
    let service = try service()
    let answer = try await service.post(
      "/translate?explain=discriminator&format=json&style=overlay", try picture.png())
    let judged = try #require(try answer.decoded(JudgedJSON.self).discriminators)
    #expect(judged.mapValues(\.realism) == ["global": 0.5, "local": 0.5])
    for kind in ModelConfiguration.DiscriminatorKind.allCases {
      let one = try #require(judged[kind.rawValue])
      #expect(one.cam == ["gap_logit": 3, "gmp_logit": -4])
      let shown = try #require(one.heatmap)
      #expect(shown.style == "overlay" && shown.contentType == "image/png")
      #expect(try RGBImage(decoding: [UInt8](shown.data)) == heatmap(kind, .overlay))
    }
    let plain = try await service.post("/translate?format=json", try picture.png())
    #expect(try plain.decoded(JudgedJSON.self).discriminators == nil)
  }

  @Test("adds to a picture only that the heatmaps can be asked for")
  func image() async throws {
    let service = try service()
    let answer = try await service.post("/translate?explain=discriminator", try picture.png())
    #expect(try RGBImage(decoding: answer.body) == drawn)
    let id = try #require(answer["Translation-Id"])
    for kind in ModelConfiguration.DiscriminatorKind.allCases {
      for style in HeatmapStyle.allCases {
        let target = "/heatmap/\(id)?of=\(kind.rawValue)&style=\(style.rawValue)"
        #expect(try RGBImage(decoding: try await service.get(target).body) == heatmap(kind, style))
      }
    }
    let generator = try await service.get("/heatmap/\(id)?of=generator")
    #expect(generator.body == (try await service.get("/heatmap?id=\(id)")).body)
    let numbers = try await service.get(
      "/heatmap/\(id)?of=local", headerFields: [.accept: "application/json"])
    #expect(String(decoding: numbers.body, as: UTF8.self).contains("[24,23,22,21,20,19]"))
  }

  @Test("is 409 of a model that nothing judges, before the picture is sent, with what to do")
  func unjudged() async throws {
    let service = try service()
    let answer = try await service.post(
      "/translate?explain=discriminator&model=negative", try picture.png())
    #expect(answer.status == .conflict)
    let detail = try answer.decoded(ProblemJSON.self).detail
    #expect(detail.contains("'negative'") && detail.contains("--discriminator-a2b"), "\(detail)")
    #expect(try await service.post("/translate?explain=me", try picture.png()).status == .badRequest)
  }

  @Test("a heatmap of a discriminator that was not asked, or has none, is 409, one of nobody 400")
  func absent() async throws {
    let service = try service()
    func detail(_ query: String, of source: String) async throws -> String {
      let answer = try await service.post("/translate?\(query)", try picture.png())
      let id = try #require(answer["Translation-Id"])
      let heatmap = try await service.get("/heatmap/\(id)?of=\(source)")
      #expect(heatmap.status == .conflict)
      return try heatmap.decoded(ProblemJSON.self).detail
    }
    #expect(try await detail("", of: "local").contains("explain=discriminator"))
    #expect(try await detail("model=negative", of: "global").contains("no global discriminator"))
    let noMap = try await detail("model=nocam&explain=discriminator", of: "global")
    #expect(noMap.contains("no class activation map"))
    let id = try #require(try await service.post(try picture.png())["Translation-Id"])
    #expect(try await service.get("/heatmap/\(id)?of=patch").status == .badRequest)
  }

  @Test("a discriminator without a class activation map says how real, and null for the rest")
  func withoutMap() async throws {
    let answer = try await service().post(
      "/translate?explain=discriminator&model=nocam&format=json", try picture.png())
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(text.contains(#""cam":null"#))
    let judged = try #require(try answer.decoded(JudgedJSON.self).discriminators)
    #expect(judged["local"]?.realism == 0.5 && judged["local"]?.heatmap == nil)
  }

  @Test("each picture of a form, and of a JSON document, is judged")
  func otherBodies() async throws {
    let service = try service()
    let png = try picture.png()
    let form = try await service.post(
      "/translate?explain=discriminator", Form.body([("image", png), ("image", png)]),
      headerFields: Form.headerFields)
    struct Results: Decodable { let results: [JudgedJSON] }
    #expect(try form.decoded(Results.self).results.map { $0.discriminators?.count } == [2, 2])
    let document =
      #"{"inputs": "\#(Data(png).base64EncodedString())", "parameters": {"explain": "discriminator", "#
      + #""target_size": {"width": 20, "height": 10}}}"#
    let answer = try await service.post(
      "/translate?format=json", Array(document.utf8), headerFields: [.contentType: "application/json"])
    let judged = try answer.decoded(JudgedJSON.self).discriminators
    #expect(judged?["global"]?.heatmap?.width == 20)
  }

  @Test("a size at which nobody judges is 422 that says so, before the picture is sent")
  func otherSize() async throws {
    let service = try service()
    let answer = try await service.post("/translate?explain=discriminator&side=64", [])
    #expect(answer.status == .unprocessableContent)
    let detail = try answer.decoded(ProblemJSON.self).detail
    #expect(detail.contains("judge images of 48×32 pixels") && detail.contains("'explain'"))
    let own = try await service.post("/translate?explain=discriminator&side=48x32", try picture.png())
    #expect(own.status == .ok)
  }

  @Test("/models tells what judges each direction")
  func models() async throws {
    let text = String(decoding: try await service().get("/models").body, as: UTF8.self)
    #expect(text.contains(#""discriminators":["global","local"]"#))
    #expect(text.contains(#""discriminators":[]"#))
  }
}

@Suite("Discriminators of a model directory")
struct JudgedModelTests {
  @Test("are loaded with it, and say of what it draws what they say of it alone")
  func loaded() throws {
    let models = try SmallModels()
    try models.add("judged", judges: [.global: 5, .local: 4])
    let loaded = try models.load()
    let plain = try loaded.select(TranslationOptions())
    let judged = try loaded.select(TranslationOptions(explains: true))
    #expect(plain !== judged && plain.key == judged.key && plain.statistics === judged.statistics)
    let input = SeededWeights.image(height: 32, width: 32, seed: 3)
    let one = try #require(try plain.run(.image, nil, [input]).first)
    let both = try judged.run(.image, nil, [input, input])
    #expect(both.map(\.image) == [one.image, one.image])
    #expect(one.verdicts.isEmpty)
    for output in both {
      #expect(output.verdicts.map(\.logits.width) == [2, 6])
      #expect(output.verdicts.allSatisfy { $0.attention != nil && $0.logits.values.allSatisfy(\.isFinite) })
    }
    let alone = try UGATITDiscriminator(baseChannels: 8, layers: 4, imageHeight: 32, imageWidth: 32).network
    let network = try PackedNetwork(
      weights: SeededWeights(network: alone, seed: 1), network: alone, precision: .f32)
    let said = try #require(try Engine(threads: 1).run(network, [one.image]).first?.logits)
    #expect(said.values == both[0].verdicts[1].logits.values)
  }

  @Test("make another version of it, and one that is damaged is told by its file")
  func versions() throws {
    let models = try SmallModels("plain")
    try models.add("judged", judges: [.local: 4])
    let loaded = try models.load()
    let versions = Set(loaded.catalog.models.map(\.version))
    #expect(versions.count == 2)
    #expect(throws: ModelSelectionError.noDiscriminators(ModelKey(model: "plain", direction: "A2B"))) {
      _ = try loaded.select(TranslationOptions(model: "plain", explains: true))
    }
    let file = "\(models.path)/judged/A2B.local.safetensors"
    var bytes = [UInt8](FileManager.default.contents(atPath: file) ?? Data())
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(filePath: file))
    let failed = try models.load().catalog.failed
    #expect(failed.map(\.name) == ["judged"])
    #expect(failed.first?.reason.hasPrefix("A2B.local.safetensors: its SHA-256") == true)
  }
}
