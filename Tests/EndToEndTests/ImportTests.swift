import Checkpoints
import FoundationEssentials
import Images
import Networks
import Tensors
import Testing

/// `import` and `inspect` on checkpoints as they come: wrapped, in two files, with things beside the weights.
@Suite("Import")
final class ImportTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/import-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Tensors of several sources under prefixes.
  struct Wrapped: TensorSource {
    var parts: [(prefix: String, source: any TensorSource)]
    /// Beside them, single numbers.
    var numbers: [String] = []

    var tensors: [String: TensorDescription] {
      var tensors: [String: TensorDescription] = [:]
      for (prefix, source) in parts {
        for (name, tensor) in source.tensors { tensors[prefix + name] = tensor }
      }
      for name in numbers { tensors[name] = TensorDescription(elementType: .float32, shape: [1]) }
      return tensors
    }

    func floats(_ name: String) throws -> [Float] {
      for (prefix, source) in parts where name.hasPrefix(prefix) {
        let own = String(name.dropFirst(prefix.count))
        if source.tensors[own] != nil { return try source.floats(own) }
      }
      return [1]
    }
  }

  private static func generator(
    seed: UInt64, normalization: UGATITGenerator.DecoderNormalization = .adalin, cam: Bool = true
  ) throws -> SeededWeights {
    SeededWeights(
      network: try UGATITGenerator(
        variant: .light, baseChannels: 8, residualBlocks: 1, normalization: normalization, cam: cam,
        imageHeight: 32, imageWidth: 32
      ).network,
      seed: seed)
  }

  /// Writes a checkpoint of generators under prefixes.
  private func checkpoint(_ name: String, _ prefixes: [String], numbers: [String] = []) throws -> String {
    let parts = try prefixes.enumerated().map {
      ($1, try Self.generator(seed: UInt64($0)) as any TensorSource)
    }
    let path = "\(folder)/\(name).safetensors"
    try SafetensorsWriter.write(Wrapped(parts: parts, numbers: numbers), as: .float32, to: path)
    return path
  }

  private func importing(_ arguments: [String], name: String = "model") async throws -> FinishedCommand {
    try await FinishedCommand(
      arguments: ["import"] + arguments + ["--name", name, "--models", folder, "--image-size", "32"])
  }

  /// Which seed a direction's weights are drawn from.
  private func seed(_ direction: String, name: String = "model") throws -> UInt64? {
    let file = try SafetensorsFile(path: "\(folder)/\(name)/\(direction).safetensors")
    #expect(Set(file.tensors.keys) == Set(try Self.generator(seed: 0).tensors.keys))
    return try (0..<4 as Range<UInt64>).first {
      try Self.generator(seed: $0).floats("FC.2.weight") == file.floats("FC.2.weight")
    }
  }

  @Test("takes generators out of their wrappers, and tells what is left out")
  func wrapped() async throws {
    let path = try checkpoint(
      "lightning",
      ["state_dict.genA2B.module.", "state_dict._orig_mod.genB2A.", "state_dict.genA2B_ema.module."],
      numbers: [
        "state_dict.disGA.model.1.bias", "state_dict.genA2B_ema.n_averaged", "optimizer.state.0.exp_avg",
      ])
    let last = try await importing([path])
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.output.contains("averaged weights, which --ema takes"))
    #expect(try (seed("A2B"), seed("B2A")) == (0, 1))
    let averaged = try await importing([path, "--ema"], name: "averaged")
    #expect(averaged.status == 0, "\(averaged.errors)")
    #expect(try (seed("A2B", name: "averaged"), seed("B2A", name: "averaged")) == (2, 1))
  }

  @Test("makes one model of two files, and takes a bare state dictionary for the direction that is said")
  func twoFiles() async throws {
    let a2b = try checkpoint("first", [""])
    let b2a = try checkpoint("second", ["unrelated.", "generator."])
    let unknown = try await importing([a2b, b2a])
    #expect(unknown.status == 65 && unknown.errors.contains("--b2a KEY"), "\(unknown.errors)")
    #expect(unknown.errors.contains(b2a))
    let both = try await importing([a2b, b2a, "--b2a", "generator"])
    #expect(both.status == 0, "\(both.errors)")
    #expect(try (seed("A2B"), seed("B2A")) == (0, 1))
    let back = try await importing([a2b, "--direction", "B2A"], name: "back")
    #expect(back.status == 0, "\(back.errors)")
    #expect(try seed("B2A", name: "back") == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/back/A2B.safetensors"))
    #expect(try await importing([a2b, b2a, "--direction", "B2A"], name: "no").status == 64)
    #expect(try await importing([a2b, b2a, a2b], name: "no").status == 64)
  }

  @Test(
    "refuses a tensor that the network has no place for, with file and direction; drops harmless biases, told"
  )
  func strict() async throws {
    let forked = try checkpoint("forked", ["genA2B.", "genB2A."], numbers: ["genB2A.gap_fc.bias"])
    let refused = try await importing([forked])
    #expect(refused.status == 65)
    let reason = "\(forked): B2A (\"genB2A\"): gap_fc.bias is a bias that"
    #expect(refused.errors.contains(reason), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/model"))
    let biased = try checkpoint("biased", ["genA2B."], numbers: ["genA2B.DownBlock.1.bias"])
    let dropped = try await importing([biased])
    #expect(dropped.status == 0 && dropped.output.contains("dropped: 1 bias"), "\(dropped.errors)")
    #expect(try seed("A2B") == 0)
  }

  @Test("a generator of another normalisation is served once it is known which")
  func ablations() async throws {
    let path = "\(folder)/checkpoint.safetensors"
    let source = try Self.generator(seed: 1, normalization: .group)
    try SafetensorsWriter.write(Wrapped(parts: [("genA2B.", source)]), as: .float32, to: path)
    let untold = try await importing([path])
    #expect(untold.status == 65 && untold.errors.contains("--normalization in, ln or gn"), "\(untold.errors)")
    let wrong = try await importing([path, "--normalization", "adalin"])
    #expect(wrong.status == 65 && wrong.errors.contains("not of adalin"), "\(wrong.errors)")
    let inspected = try await FinishedCommand("inspect", path)
    #expect(inspected.status == 0 && inspected.output.contains("cannot be used"), "\(inspected.errors)")
    var pictures: Set<[UInt8]> = []
    for name in ["in", "ln", "gn"] {
      let told = try await importing([path, "--normalization", name], name: name)
      #expect(told.status == 0 && told.output.contains("1 blocks, \(name), F32"), "\(told.errors)")
      let model = try await FinishedCommand("inspect", "\(folder)/\(name)")
      #expect(model.status == 0 && model.output.contains("1 blocks, \(name)"), "\(model.errors)")
      let drawn = try await FinishedCommand(
        "translate", "\(Places.fixtures)/woman.jpg", "-o", "\(folder)/\(name).png", "--models", folder,
        "--model", name)
      #expect(drawn.status == 0, "\(drawn.errors)")
      pictures.insert(try File.read("\(folder)/\(name).png"))
    }
    #expect(pictures.count == 3, "each draws by what it was told")
    let styled = "\(folder)/adain.safetensors"
    let adain = try Self.generator(seed: 1, normalization: .adain)
    try SafetensorsWriter.write(Wrapped(parts: [("genA2B.", adain)]), as: .float32, to: styled)
    let seen = try await importing([styled], name: "adain")
    #expect(seen.status == 0 && seen.output.contains("1 blocks, adain, F32"), "\(seen.errors)")
  }

  @Test(
    "a generator without a class activation map is imported and draws; asking for its heatmap writes nothing")
  func withoutAttention() async throws {
    let path = "\(folder)/checkpoint.safetensors"
    let source = try Self.generator(seed: 1, cam: false)
    try SafetensorsWriter.write(Wrapped(parts: [("genA2B.", source)]), as: .float32, to: path)
    let inspected = try await FinishedCommand("inspect", path)
    #expect(inspected.status == 0 && inspected.output.contains("adalin, no CAM"), "\(inspected.errors)")
    let imported = try await importing([path])
    #expect(
      imported.status == 0 && imported.output.contains("1 blocks, adalin, no CAM, F32"), "\(imported.errors)")
    let model = try await FinishedCommand("inspect", "\(folder)/model")
    #expect(model.status == 0 && model.output.contains("no CAM"), "\(model.errors)")
    func translating(_ more: String...) async throws -> FinishedCommand {
      try await FinishedCommand(
        arguments: [
          "translate", "\(Places.fixtures)/woman.jpg", "-o", "\(folder)/toons/", "--models", folder,
        ] + more)
    }
    let refused = try await translating("--heatmap", "\(folder)/heat/")
    #expect(refused.status == 1 && refused.errors.contains("'model' has no heatmap"), "\(refused.errors)")
    for place in ["toons", "heat"] { #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(place)")) }
    let drawn = try await translating("--style", "gray")
    #expect(drawn.status == 0, "\(drawn.errors)")
    #expect(try File.read("\(folder)/toons/woman.png").count > 100)
  }

  @Test(
    "a light generator runs at the size that is said, a full one at its own alone, and nothing is written else"
  )
  func side() async throws {
    for variant in [UGATITGenerator.Variant.light, .full] {
      let network = try UGATITGenerator(
        variant: variant, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32
      ).network
      let path = "\(folder)/\(variant).safetensors"
      let source = SeededWeights(network: network, seed: 1)
      try SafetensorsWriter.write(Wrapped(parts: [("genA2B.", source)]), as: .float32, to: path)
      let imported = try await importing([path], name: "\(variant)")
      #expect(imported.status == 0, "\(imported.errors)")
    }
    func translating(_ model: String, _ side: String) async throws -> FinishedCommand {
      try await FinishedCommand(
        arguments: [
          "translate", "\(Places.fixtures)/woman.jpg", "-o", "\(folder)/toons/", "--models", folder,
          "--model",
          model, "--side", side,
        ])
    }
    for (model, side, status, words) in [
      ("full", "64", 1, "bound to images of 32×32"), ("light", "62", 64, "multiples of 4"),
    ] {
      let refused = try await translating(model, side)
      #expect(refused.status == Int32(status) && refused.errors.contains(words), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/toons"))
    }
    let drawn = try await translating("light", "96x64")
    #expect(drawn.status == 0, "\(drawn.errors)")
    let picture = try RGBImage(decoding: try File.read("\(folder)/toons/woman.png"))
    #expect(picture.width == 96 && picture.height == 64)
  }

  @Test("inspect tells in JSON what is dropped, ignored and of no generator")
  func inspecting() async throws {
    let path = try checkpoint(
      "biased", ["genA2B.", "G_B."],
      numbers: [
        "genA2B.DownBlock.1.bias", "genA2B.DownBlock.2.running_mean", "genA2B.total_ops", "disGA.x",
        "G_B.odd",
      ])
    let inspected = try await FinishedCommand("inspect", path, "--json")
    #expect(inspected.status == 0)
    struct Report: Decodable {
      struct Generator: Decodable {
        var dropped: [String]
        var ignored: [String]
        var problem: String?
      }
      var generators: [String: Generator]
      var others: [String: Int]
      var bookkeeping: [String]
      var passedOver: [String]
      var unreadable: [String: String]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(inspected.output.utf8))
    #expect(report.generators["A2B"]?.dropped == ["DownBlock.1.bias"])
    #expect(report.generators["A2B"]?.ignored == ["DownBlock.2.running_mean"])
    #expect(report.generators["A2B"]?.problem == nil)
    #expect(report.generators["G_B"]?.problem?.contains("odd is no part") == true)
    #expect(report.others == ["disGA": 1])
    #expect(report.bookkeeping == ["genA2B.total_ops"])
    #expect(report.passedOver.isEmpty && report.unreadable.isEmpty)
  }

  @Test("names networks that are not served, and a file that has none")
  func foreign() async throws {
    struct Tensors: TensorSource {
      let tensors: [String: TensorDescription]
      func floats(_ name: String) throws -> [Float] {
        [Float](repeating: 0, count: tensors[name]?.count ?? 0)
      }
    }
    for (name, shape, what) in [
      ("model.1.weight", [2, 3, 7, 7], "CycleGAN"), ("model.0.weight", [2, 3, 4, 4], "PatchGAN"),
      ("encoder.weight", [1], "1 tensor under \"encoder\""),
    ] {
      let path = "\(folder)/foreign.safetensors"
      let source = Tensors(tensors: [name: TensorDescription(elementType: .float32, shape: shape)])
      try SafetensorsWriter.write(source, as: .float32, to: path)
      let refused = try await importing([path])
      #expect(
        refused.status == 65 && refused.errors.contains(what) && refused.errors.contains(path),
        "\(refused.errors)")
    }
  }
}
