import Checkpoints
import FoundationEssentials
import Networks
import Tensors
import Testing

/// What `import` and `inspect` make of discriminators.
@Suite("Import of discriminators")
final class DiscriminatorImportTests {
  private let folder: String
  private static let side = 32

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/judge-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static func generator(seed: UInt64) throws -> SeededWeights {
    let generator = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: side, imageWidth: side)
    return SeededWeights(network: generator.network, seed: seed)
  }

  private static func judge(_ layers: Int, seed: UInt64) throws -> SeededWeights {
    let discriminator = try UGATITDiscriminator(
      baseChannels: 8, layers: layers, imageHeight: 768, imageWidth: 768)
    return SeededWeights(network: discriminator.network, seed: seed)
  }

  private func write(
    _ name: String, _ parts: [(prefix: String, source: any TensorSource)], numbers: [String] = []
  ) throws -> String {
    let path = "\(folder)/\(name).safetensors"
    try SafetensorsWriter.write(
      ImportTests.Wrapped(parts: parts, numbers: numbers), as: .float32, to: path)
    return path
  }

  /// Both generators, and what the public code saves beside them.
  private func whole(globalLayers: Int = 5, numbers: [String] = []) throws -> String {
    try write(
      "whole",
      [
        ("genA2B.", try Self.generator(seed: 0)), ("genB2A.", try Self.generator(seed: 1)),
        ("disGA.", try Self.judge(globalLayers, seed: 2)), ("disGB.", try Self.judge(globalLayers, seed: 3)),
        ("disLA.", try Self.judge(4, seed: 4)), ("disLB.", try Self.judge(4, seed: 5)),
      ], numbers: numbers)
  }

  private func generators() throws -> String { try write("generator", [("", try Self.generator(seed: 0))]) }

  private func importing(_ arguments: [String], name: String = "model") async throws -> FinishedCommand {
    try await FinishedCommand(
      arguments: [
        "import", "--name", name, "--models", folder, "--image-size", "\(Self.side)",
      ] + arguments)
  }

  private func configuration(_ name: String = "model") throws -> ModelConfiguration {
    try ModelDirectory(path: "\(folder)/\(name)").configuration
  }

  /// Which seed a discriminator's weights are drawn from.
  private func seed(
    _ kind: ModelConfiguration.DiscriminatorKind, _ direction: String, name: String = "model"
  ) throws -> UInt64? {
    let file = try ModelDirectory(path: "\(folder)/\(name)").open(discriminator: kind, of: direction)
    let bias = try file.floats("conv1x1.bias")
    // 64 channels of features with 5 layers, half as many with each layer less.
    let layers = 5 - (64 / bias.count).trailingZeroBitCount
    return try (0..<8 as Range<UInt64>).first {
      try Self.judge(layers, seed: $0).floats("conv1x1.bias") == bias
    }
  }

  @Test("those beside the generators come along, each with the direction whose pictures it judges")
  func beside() async throws {
    let imported = try await importing([try whole()])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.output.contains(#"judged by "disGB": global, 5 layers"#), "\(imported.output)")
    #expect(try seed(.global, "A2B") == 3)
    #expect(try seed(.local, "A2B") == 5)
    #expect(try seed(.global, "B2A") == 2)
    #expect(try seed(.local, "B2A") == 4)
    let inspected = try await FinishedCommand("inspect", "\(folder)/model")
    #expect(inspected.status == 0 && inspected.output.contains("judged by local: A2B.local.safetensors"))
    let card = String(decoding: try File.read("\(folder)/model/README.md"), as: UTF8.self)
    #expect(card.contains("Discriminators: A2B global and local, B2A global and local"))

    let without = try await importing([try whole(), "--generators-only"], name: "without")
    #expect(without.status == 0, "\(without.errors)")
    #expect(try configuration("without").discriminators.isEmpty)
  }

  @Test("one of a file of its own is told by its name, or else by how much it sees")
  func ownFile() async throws {
    let bare = try write("bare", [("", try Self.judge(5, seed: 6))])
    let local = try await importing([try generators(), "--discriminator-a2b", bare], name: "local")
    #expect(local.status == 0, "\(local.errors)")
    #expect(try configuration("local").discriminators["A2B"].map { Array($0.keys) } == [.local])
    #expect(try seed(.local, "A2B", name: "local") == 6)

    let pair = try write(
      "pair", [("first.", try Self.judge(5, seed: 6)), ("second.", try Self.judge(4, seed: 7))])
    let both = try await importing(
      [try generators(), "--discriminator-a2b", pair, "--discriminator-gain", "8"], name: "both")
    #expect(both.status == 0, "\(both.errors)")
    #expect(try seed(.global, "A2B", name: "both") == 6)
    #expect(try configuration("both").discriminators["A2B"]?[.local]?.gain == 8)

    let named = try await importing(
      [try generators(), "--direction", "B2A", "--discriminator-b2a", try whole()], name: "named")
    #expect(named.status == 0, "\(named.errors)")
    #expect(try seed(.global, "B2A", name: "named") == 2)

    let twins = try write(
      "twins", [("first.", try Self.judge(4, seed: 6)), ("second.", try Self.judge(4, seed: 7))])
    let unclear = try await importing([try generators(), "--discriminator-a2b", twins], name: "no")
    #expect(unclear.status == 65 && unclear.errors.contains("two discriminators of 4 layers"))
  }

  @Test("what cannot be used is refused by name, with what to do")
  func refused() async throws {
    let odd = try await importing([try whole(numbers: ["disGB.gap_fc.bias"])])
    #expect(odd.status == 65 && odd.errors.contains("gap_fc.bias"), "\(odd.errors)")
    #expect(odd.errors.contains("--generators-only"))
    let large = try await importing([try whole(globalLayers: 7)])
    #expect(large.status == 65 && large.errors.contains("at least 96×96"), "\(large.errors)")
    let alone = try await importing([try write("judge", [("disGA.", try Self.judge(5, seed: 0))])])
    #expect(alone.status == 65 && alone.errors.contains("a discriminator of U-GAT-IT alone"))
    #expect(alone.errors.contains("--discriminator-a2b"))
    let none = try await importing([try generators(), "--discriminator-a2b", try generators()])
    #expect(none.status == 65 && none.errors.contains("no discriminator"), "\(none.errors)")
    let other = try await importing([try generators(), "--discriminator-b2a", try whole()])
    #expect(other.status == 65 && other.errors.contains("no generator B2A"), "\(other.errors)")
    let both = try await importing(
      [try generators(), "--generators-only", "--discriminator-a2b", try whole()])
    #expect(both.status == 64)
    #expect(try await importing([try generators(), "--discriminator-gain", "0"]).status == 64)
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/model"))
  }

  @Test("translate --explain tells how real each result looks, and in JSON where that was seen")
  func explained() async throws {
    #expect(try await importing([try whole()]).status == 0)
    let photograph = "\(Places.fixtures)/man.jpg"
    let arguments = [
      "translate", photograph, "-o", "\(folder)/toon.png", "--models", folder, "--model", "model",
      "--explain",
    ]
    let lines = try await FinishedCommand(arguments: arguments)
    #expect(lines.status == 0, "\(lines.errors)")
    let line = try #require(lines.output.split(separator: "\n").first)
    #expect(line.hasPrefix("\(folder)/toon.png: global ") && line.contains(", local "), "\(line)")

    let json = try await FinishedCommand(arguments: arguments + ["--json", "--style", "gray"])
    struct Report: Decodable {
      struct Result: Decodable {
        struct Judgement: Decodable {
          let realism: Double
          let heatmap: Heatmap
        }
        struct Heatmap: Decodable {
          let style: String
          let data: Data
        }
        let discriminators: [String: Judgement]
      }
      let results: [Result]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
    let judged = try #require(report.results.first?.discriminators)
    #expect(judged.keys.sorted() == ["global", "local"] && judged["local"]?.heatmap.style == "gray")
    let realism = try #require(judged["global"]?.realism)
    #expect(line.contains("global \((1000 * realism).rounded() / 1000),"), "\(line), but \(realism)")

    let unjudged = try await FinishedCommand(
      "translate", photograph, "-o", "\(folder)/no/", "--models", Places.models, "--explain")
    #expect(unjudged.status == 1 && unjudged.errors.contains("has nothing that judges"), "\(unjudged.errors)")
    #expect(!File.exists("\(folder)/no"))
    #expect(
      try await FinishedCommand(
        "translate", photograph, "-o", "-", "--models", folder, "--explain"
      ).status == 64)
  }

  @Test("inspect tells a file's discriminators, and what is wrong with one")
  func inspecting() async throws {
    let path = try whole(numbers: ["disLA.odd", "optimizer.step"])
    let text = try await FinishedCommand("inspect", path)
    #expect(text.output.contains("disGB: discriminator, 5 layers, 8 base channels"), "\(text.output)")
    #expect(text.output.contains("disLA: cannot be used: odd is no part"), "\(text.output)")
    struct Report: Decodable {
      struct Discriminator: Decodable {
        var layers: Int?
        var problem: String?
      }
      var discriminators: [String: Discriminator]
      var others: [String: Int]
    }
    let json = try await FinishedCommand("inspect", path, "--json")
    let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
    #expect(report.discriminators.mapValues(\.layers) == ["disGA": 5, "disGB": 5, "disLA": nil, "disLB": 4])
    #expect(report.others == ["optimizer": 1])
  }
}
