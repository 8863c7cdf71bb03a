import FoundationEssentials
import Images
import Testing

@Suite("The commands without a server", .timeLimit(.minutes(5)))
final class CommandTests {
  private let folder: String

  init() throws {
    folder = "/tmp/ugatit-\(UInt64.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func picture(_ path: String) throws -> RGBImage { try RGBImage(decoding: try File.read(path)) }

  @Test("translate: one file, with its heatmap")
  func translateFile() async throws {
    let command = try await FinishedCommand(
      "translate", "\(Places.fixtures)/man.jpg", "-o", "\(folder)/toon.png", "--heatmap",
      "\(folder)/heat.jpg",
      "--style", "overlay", "--models", Places.models)
    #expect(command.status == 0 && command.output.isEmpty && command.errors.isEmpty)
    let difference = try #require(Difference(try picture("\(folder)/toon.png"), try Places.toon("man")))
    #expect(difference.share <= 0.001)
    #expect(FileKind(try File.read("\(folder)/heat.jpg")) == .picture(.jpeg))
  }

  @Test(
    "translate: several files into a folder, one of them broken; --json prints one object and nothing else")
  func translateFolder() async throws {
    let photographs = "\(folder)/in"
    try FileManager.default.createDirectory(atPath: photographs, withIntermediateDirectories: false)
    for name in ["man", "woman"] {
      try FileManager.default.copyItem(
        atPath: "\(Places.fixtures)/\(name).jpg", toPath: "\(photographs)/\(name).jpg")
    }
    #expect(FileManager.default.createFile(atPath: "\(photographs)/broken.png", contents: Data("x".utf8)))
    let command = try await FinishedCommand(
      "translate", photographs, "-o", "\(folder)/out", "--size", "original", "--json", "--models",
      Places.models)
    #expect(command.status == 65)
    #expect(command.errors.contains("broken.png"))

    struct Report: Decodable {
      struct Result: Decodable {
        let input: String
        let output: String?
        let error: String?
      }
      let results: [Result]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(command.output.utf8))
    #expect(report.results.map { $0.error == nil } == [false, true, true])
    for name in ["man", "woman"] {
      let picture = try picture("\(folder)/out/\(name).png")
      #expect(picture.width == 256 && picture.height == 256)
    }
    #expect(!File.exists("\(folder)/out/broken.png"))
  }

  @Test("translate: the other direction, and one that is none")
  func directions() async throws {
    let input = "\(Places.fixtures)/man.toon.png"
    let back = try await FinishedCommand(
      "translate", input, "-o", "\(folder)/back.png", "--direction", "B2A", "--models", Places.models)
    #expect(back.status == 0)
    let forth = try await FinishedCommand(
      "translate", input, "-o", "\(folder)/forth.png", "--models", Places.models)
    #expect(forth.status == 0)
    let difference = try #require(
      Difference(try picture("\(folder)/back.png"), try picture("\(folder)/forth.png")))
    #expect(difference.share > 0.1)
    #expect(try await FinishedCommand("translate", input, "-o", "x.png", "--direction", "C").status == 64)
  }

  @Test("translate: --crop takes a part of the picture; what is none gets 64, what is not in it 65")
  func crops() async throws {
    func translate(_ crop: String) async throws -> FinishedCommand {
      try await FinishedCommand(
        "translate", "\(Places.fixtures)/man.jpg", "-o", "\(folder)/toon.png", "--crop", crop, "--size",
        "original", "--models", Places.models)
    }
    #expect(try await translate("8,16,120,100").status == 0)
    let toon = try picture("\(folder)/toon.png")
    #expect(toon.width == 120 && toon.height == 100)
    #expect(try await translate("8,16,120").status == 64)
    let outside = try await translate("8,16,300,100")
    #expect(outside.status == 65 && outside.errors.contains("256 x 256"), "\(outside.errors)")
  }

  @Test("translate: missing files and models get 66, names that would clash 1, and nothing is written")
  func refusals() async throws {
    let photograph = "\(Places.fixtures)/man.jpg"
    let missing = try await FinishedCommand(
      "translate", "\(folder)/nope.png", "-o", "\(folder)/x.png", "--models", Places.models)
    #expect(missing.status == 66 && missing.errors.contains("nope.png"))
    let model = try await FinishedCommand(
      "translate", photograph, "-o", "\(folder)/x.png", "--model", "nope", "--models", Places.models)
    #expect(model.status == 66)
    let clash = try await FinishedCommand(
      "translate", photograph, photograph, "-o", "\(folder)/out", "--models", Places.models)
    #expect(clash.status == 1 && clash.errors.contains("both"))
    let same = try await FinishedCommand(
      "translate", photograph, "-o", "\(folder)/x.png", "--heatmap", "\(folder)/x.png", "--models",
      Places.models)
    #expect(same.status == 1)
    #expect(!File.exists("\(folder)/x.png") && !File.exists("\(folder)/out"))
  }

  @Test("import makes a directory that inspect, translate and serve take; a second time it refuses")
  func importing() async throws {
    let weights = "\(Places.models)/selfie2toon/A2B.safetensors"
    let options = ["--name", "again", "--models", folder]
    let first = try await FinishedCommand(
      "import", weights, options[0], options[1], options[2], options[3], "--precision", "f16", "--source",
      "selfie",
      "--target", "toon", "--image-size", "128", "--licence", "CC-BY-4.0")
    #expect(first.status == 0)
    #expect(
      first.output.contains("A2B: selfie -> toon") && first.output.contains("ugatit serve --models \(folder)")
    )
    #expect(try File.read("\(folder)/again/A2B.safetensors").count > 5_000_000)

    let second = try await FinishedCommand("import", weights, options[0], options[1], options[2], options[3])
    #expect(second.status == 1 && second.errors.contains("exists already"))

    let inspected = try await FinishedCommand("inspect", "\(folder)/again", "--json")
    #expect(inspected.status == 0)
    #expect(inspected.output.contains("\"licence\" : \"CC-BY-4.0\""))

    let translated = try await FinishedCommand(
      "translate", "\(Places.fixtures)/woman.jpg", "-o", "\(folder)/toon.png", "--models", folder)
    #expect(translated.status == 0)
    let difference = try #require(Difference(try picture("\(folder)/toon.png"), try Places.toon("woman")))
    #expect(difference.share <= 0.001)
  }

  @Test("import refuses what is no checkpoint with 65, what is not there with 66, a wrong name with 64")
  func importRefusals() async throws {
    let photograph = "\(Places.fixtures)/man.jpg"
    #expect(try await FinishedCommand("import", photograph, "--name", "x", "--models", folder).status == 65)
    #expect(
      try await FinishedCommand("import", "/nonexistent", "--name", "x", "--models", folder).status == 66)
    #expect(
      try await FinishedCommand("import", photograph, "--name", "../x", "--models", folder).status == 64)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("inspect tells a damaged model by its digest")
  func damagedModel() async throws {
    let model = "\(folder)/model"
    try FileManager.default.copyItem(atPath: "\(Places.models)/selfie2toon", toPath: model)
    var bytes = try File.read("\(model)/A2B.safetensors")
    bytes[bytes.count / 2] ^= 1
    #expect(FileManager.default.createFile(atPath: "\(model)/A2B.safetensors", contents: Data(bytes)))
    let command = try await FinishedCommand("inspect", model)
    #expect(command.status == 65)
    #expect(command.errors.contains("SHA-256"))
  }

  @Test("inspect lists a checkpoint's networks and tensors")
  func inspectCheckpoint() async throws {
    let weights = "\(Places.models)/selfie2toon/A2B.safetensors"
    let text = try await FinishedCommand("inspect", weights)
    #expect(text.output.contains("light generator, 32 base channels, 4 blocks"))
    #expect(text.output.contains("DownBlock.1.weight  F16  32 x 3 x 7 x 7"))
    struct Report: Decodable {
      struct Tensor: Decodable {
        let name: String
      }
      let tensors: [Tensor]
    }
    let json = try await FinishedCommand("inspect", weights, "--json")
    let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
    #expect(report.tensors.contains { $0.name == "UpBlock2.2.weight" })
  }

  @Test("health gives up on a server that takes the connection and says nothing")
  func silentServer() async throws {
    let listener = try SilentListener()
    let health = try await FinishedCommand(
      "health", "--url", "http://127.0.0.1:\(listener.port)", "--timeout-s", "1")
    #expect(health.status == 1)
    #expect(health.errors == "ugatit: 127.0.0.1:\(listener.port): no answer within 1 s\n")
  }

  @Test("health without a server exits with 1, with a wrong address with 64; no command shows help")
  func others() async throws {
    let health = try await FinishedCommand("health", "--url", "http://127.0.0.1:1")
    #expect(health.status == 1 && health.errors.hasPrefix("ugatit: 127.0.0.1:1: "))
    #expect(try await FinishedCommand("health", "--url", "https://example.org").status == 64)
    #expect(try await FinishedCommand("health", "--timeout-s", "0").status == 64)
    let version = try await FinishedCommand("--version")
    #expect(version.status == 0 && !version.output.isEmpty)
  }
}
