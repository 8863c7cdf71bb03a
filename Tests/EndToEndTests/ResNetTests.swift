import Checkpoints
import FoundationEssentials
import Images
import Networks
import Tensors
import Testing

/// Generators of CycleGAN's and CUT's kind, from the checkpoints of their public code to pictures.
@Suite("ResNet generators", .timeLimit(.minutes(5)))
final class ResNetTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/resnet-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A state dictionary as the public code saves it: a bias behind every convolution but those that a batch normalisation
  /// follows.
  private struct Saved: TensorSource {
    let weights: SeededWeights
    let biases: [String]

    init(_ generator: ResNetGenerator, seed: UInt64) {
      weights = SeededWeights(network: generator.network, seed: seed)
      guard generator.normalization == .instance else {
        biases = []
        return
      }
      biases = weights.tensors.filter { $0.value.shape.count == 4 && !$0.key.hasSuffix(".filt") }
        .map { String($0.key.dropLast("weight".count)) + "bias" }
        .filter { [weights] in weights.tensors[$0] == nil }
    }

    var tensors: [String: TensorDescription] {
      biases.reduce(into: weights.tensors) {
        $0[$1] = TensorDescription(elementType: .float32, shape: [1])
      }
    }

    func floats(_ name: String) throws -> [Float] {
      biases.contains(name) ? [1] : try weights.floats(name)
    }
  }

  private func save(_ generator: ResNetGenerator, seed: UInt64, as name: String) throws -> String {
    let path = "\(folder)/\(name)"
    try SafetensorsWriter.write(Saved(generator, seed: seed), as: .float32, to: path)
    return path
  }

  private func importing(_ arguments: [String], name: String = "model") async throws -> FinishedCommand {
    try await FinishedCommand(
      arguments: ["import"] + arguments + ["--name", name, "--models", folder])
  }

  private static func generator(
    _ antialiasing: ResNetGenerator.Antialiasing = .none,
    normalization: ResNetGenerator.Normalization = .instance, hasDropout: Bool = false
  ) throws -> ResNetGenerator {
    try ResNetGenerator(
      baseChannels: 8, residualBlocks: 2, antialiasing: antialiasing, normalization: normalization,
      hasDropout: hasDropout, imageHeight: 32, imageWidth: 32)
  }

  /// What the public code makes of a photograph: resized as Pillow's bicubic filter does it, drawn, cut to 8 bits.
  private func drawn(_ generator: ResNetGenerator, seed: UInt64, _ photograph: String) throws -> RGBImage {
    let file = try Places.photograph(photograph)
    let input = try DecodingPlan(of: file, .stretch, width: 32, height: 32, filter: .bicubic)
      .image(of: file).image
    let packed = try PackedNetwork(
      weights: SeededWeights(network: generator.network, seed: seed), network: generator.network,
      precision: .f32)
    let output = try Engine(threads: 1).run(packed, [input.planarFloats()])[0]
    return RGBImage(planarFloats: output.image, width: 32, height: 32, quantization: .truncated)
  }

  @Test(
    "one file a direction, as CycleGAN and DCLGAN save them, is imported with one command and draws their pictures",
    arguments: [ResNetGenerator.Antialiasing.none, .both])
  func twoFiles(antialiasing: ResNetGenerator.Antialiasing) async throws {
    let generator = try Self.generator(antialiasing, hasDropout: antialiasing == .none)
    let (a, b) = (
      try save(generator, seed: 1, as: "latest_net_G_A.pth"),
      try save(generator, seed: 2, as: "latest_net_G_B.pth")
    )
    let imported = try await importing([a, b, "--image-size", "32"])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.output.contains("dropped: 9 biases"), "\(imported.output)")
    let inspected = try await FinishedCommand("inspect", "\(folder)/model")
    #expect(inspected.status == 0 && inspected.output.contains("ResNet"), "\(inspected.errors)")
    for (direction, seed) in [("A2B", 1 as UInt64), ("B2A", 2)] {
      let picture = "\(folder)/\(direction).png"
      let translated = try await FinishedCommand(
        "translate", "\(Places.fixtures)/woman.jpg", "-o", picture, "--models", folder, "--direction",
        direction, "--precision", "f32")
      #expect(translated.status == 0, "\(translated.errors)")
      #expect(
        try RGBImage(decoding: try File.read(picture)) == drawn(generator, seed: seed, "woman"),
        "\(direction)")
    }
  }

  @Test("one file is one direction, the one that is said; inspect tells its shape")
  func oneFile() async throws {
    let path = try save(try Self.generator(.both), seed: 1, as: "latest_net_G.pth")
    let inspected = try await FinishedCommand("inspect", path)
    #expect(
      inspected.output.contains("antialiased generator, 8 base channels, 2 blocks"), "\(inspected.output)")
    let json = try await FinishedCommand("inspect", path, "--json")
    #expect(json.output.contains(#""architecture" : "ResNet""#), "\(json.output)")
    let imported = try await importing([path, "--direction", "B2A", "--precision", "bf16"])
    #expect(imported.status == 0 && imported.output.contains("B2A: B -> A"), "\(imported.errors)")
    #expect(imported.output.contains("256 x 256") && imported.output.contains("a guess"))
  }

  @Test("what weights do not tell is said, and is kept")
  func told() async throws {
    let path = try save(
      try Self.generator(normalization: .batch(.running)), seed: 3, as: "latest_net_G.pth")
    var pictures: Set<[UInt8]> = []
    for (name, options) in [
      ("default", []), ("running", ["--statistics", "running"]), ("repeated", ["--padding", "replicate"]),
    ] {
      let imported = try await importing([path, "--image-size", "32"] + options, name: name)
      #expect(imported.status == 0, "\(imported.errors)")
      let translated = try await FinishedCommand(
        "translate", "\(Places.fixtures)/man.jpg", "-o", "\(folder)/\(name).png", "--models", folder,
        "--model", name)
      #expect(translated.status == 0, "\(translated.errors)")
      pictures.insert(try File.read("\(folder)/\(name).png"))
    }
    #expect(pictures.count == 3, "each draws by what it was told")
    let card = String(decoding: try File.read("\(folder)/running/README.md"), as: UTF8.self)
    #expect(card.contains("statistics of training"), "\(card)")
    let wrong = try await importing([path, "--normalization", "in"], name: "no")
    #expect(wrong.status == 65 && wrong.errors.contains("leave out --normalization"), "\(wrong.errors)")
  }

  @Test("a filter that is not the public one is refused when it is imported")
  func filters() async throws {
    struct Blurred: TensorSource {
      let weights: SeededWeights
      var tensors: [String: TensorDescription] { weights.tensors }
      func floats(_ name: String) throws -> [Float] {
        name.hasSuffix(".filt") ? try weights.floats(name).map { _ in 0.1 } : try weights.floats(name)
      }
    }
    let path = "\(folder)/latest_net_G.pth"
    let weights = SeededWeights(network: try Self.generator(.both).network, seed: 1)
    try SafetensorsWriter.write(Blurred(weights: weights), as: .float32, to: path)
    let refused = try await importing([path])
    #expect(refused.status == 65 && refused.errors.contains("another filter"), "\(refused.errors)")
  }

  @Test("a server draws its pictures, and says that there is no heatmap")
  func serving() async throws {
    let generator = try Self.generator()
    let path = try save(generator, seed: 4, as: "latest_net_G_A.pth")
    let imported = try await importing([path, "--image-size", "32"])
    #expect(imported.status == 0, "\(imported.errors)")
    let server = try ServerProcess("--models", folder, "--precision", "f32")
    try await server.ready()
    let client = try await server.client()
    let answer = try await client.request("POST", "/translate", body: try Places.photograph("man"))
    #expect(answer.status == 200 && answer.fields["link"] == nil)
    #expect(try RGBImage(decoding: answer.body) == drawn(generator, seed: 4, "man"))
    let models = try await client.request("GET", "/models")
    let text = String(decoding: models.body, as: UTF8.self)
    #expect(text.contains(#""architecture":"ResNet""#) && text.contains(#""heatmap":false"#), "\(text)")
    server.signal(15)
    #expect(await server.wait() == 0)
  }
}
