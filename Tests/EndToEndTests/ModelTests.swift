import Files
import FoundationEssentials
import Images
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("The models of a server", .timeLimit(.minutes(5)))
struct ModelTests {
  private func copyModel(to folder: PhotographFolder, _ name: String) throws {
    for file in ["config.json", "A2B.safetensors", "B2A.safetensors"] {
      try folder.add("\(name)/\(file)", content: try File.read("\(Places.models)/selfie2toon/\(file)"))
    }
  }

  @Test("Weights that are shortened, or copied over, change nothing in what is served")
  func replacedWeights() async throws {
    let folder = try PhotographFolder()
    try copyModel(to: folder, "toon")
    let server = try ServerProcess("--models", folder.path)
    try await server.ready()
    let photograph = try Places.photograph("man")
    let before = try await server.client().request("POST", "/translate", body: photograph)
    #expect(before.status == 200)
    let weights = "\(folder.path)/toon/A2B.safetensors"
    let size = try File.read(weights).count
    for length in [size / 2, 0] {
      try #require(truncate(weights, off_t(length)) == 0)
      try #require(truncate(weights, off_t(size)) == 0)
      let after = try await server.client().request("POST", "/translate", body: photograph)
      #expect(after.status == 200)
      #expect(try RGBImage(decoding: after.body) == RGBImage(decoding: before.body))
    }
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test(
    "SIGHUP, or the poll, loads what is new and drops what is gone",
    arguments: [false, true])
  func follow(isPolled: Bool) async throws {
    let folder = try PhotographFolder()
    try copyModel(to: folder, "first")
    let server = try ServerProcess(
      "--models", folder.path, "--log-format", "text",
      environment: isPolled ? ["UGATIT_MODELS_POLL_S": "0.2"] : [:])
    try await server.ready()
    try folder.link("second", to: "\(Places.models)/selfie2toon")
    if !isPolled { server.signal(SIGHUP) }
    // The line comes a moment before requests find the model.
    _ = try #require(await server.line(containing: "directions=A2B,B2A model=second"))
    let photograph = try Places.photograph("man")
    // Each on a connection of its own, which a refusal ends before the picture has been sent.
    func status(of model: String) async throws -> Int {
      try await server.client().request("POST", "/translate?model=\(model)", body: photograph).status
    }
    while try await server.client().request("GET", "/v2/models/second").status != 200 { await Task.yield() }
    #expect(try await status(of: "second") == 200)
    try #require(unlink("\(folder.path)/second") == 0)
    if !isPolled { server.signal(SIGHUP) }
    _ = try #require(await server.line(containing: "model unloaded model=second"))
    #expect(try await status(of: "second") == 404)
    #expect(try await status(of: "first") == 200)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test("SIGTERM while models are loaded ends it at once")
  func signalWhileLoading() async throws {
    let folder = try PhotographFolder()
    // Minutes of work in a debug build.
    for index in 0..<400 { try folder.link("model\(index)", to: "\(Places.models)/selfie2toon") }
    let server = try ServerProcess("--models", folder.path, "--threads", "1")
    _ = try #require(await server.line(containing: "listening"))
    _ = try #require(await server.line(containing: "model loaded"))
    let start = ContinuousClock.now
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
    #expect(start.duration(to: .now) < .seconds(5))
    #expect(await server.line(containing: " ready ") == nil)
  }

  @Test("Nothing good ends it with 65, a pipe in a weights' place too, and something good serves")
  func damaged() async throws {
    let folder = try PhotographFolder()
    try copyModel(to: folder, "bad")
    try #require(unlink("\(folder.path)/bad/A2B.safetensors") == 0)
    try folder.addPipe("bad/A2B.safetensors")
    let none = try await FinishedCommand("serve", "--port", "0", "--models", folder.path)
    #expect(none.status == 65)
    #expect(none.errors.contains("A2B.safetensors: is a pipe, not a file"), "\(none.errors)")
    try folder.link("good", to: "\(Places.models)/selfie2toon")
    let strict = try await FinishedCommand(
      "serve", "--port", "0", "--models", folder.path, environment: ["UGATIT_STRICT_MODELS": "true"])
    #expect(strict.status == 65 && strict.errors.contains("A2B.safetensors: is a pipe"), "\(strict.errors)")
    let server = try ServerProcess("--models", folder.path)
    try await server.ready()
    let answer = try await server.client().request("POST", "/translate", body: try Places.photograph("man"))
    #expect(answer.status == 200)
    server.signal(SIGTERM)
    #expect(await server.wait() == 0)
  }

  @Test("A model's own directory is served by its name, or the one that is given")
  func ownDirectory() async throws {
    let folder = try PhotographFolder()
    try copyModel(to: folder, "models")
    for (environment, name) in [([:], "models"), (["UGATIT_MODEL_NAME": "toon"], "toon")] {
      let server = try ServerProcess("--models", "\(folder.path)/models", environment: environment)
      try await server.ready()
      let answer = try await server.client().request("GET", "/models")
      let list = try JSONDecoder().decode(ModelList.self, from: Data(answer.body))
      #expect(list.models.map(\.name) == [name])
      server.signal(SIGTERM)
      #expect(await server.wait() == 0)
    }
    let command = try await FinishedCommand(
      "serve", "--port", "0", "--models", folder.path, "--model-name", "toon")
    #expect(command.status == 66 && command.errors.contains("is a directory of models"))
  }

  private struct ModelList: Decodable {
    struct Model: Decodable {
      let name: String
    }
    let models: [Model]
  }
}
