import FoundationEssentials
import Tensors
import Testing

@testable import Checkpoints

@Suite struct ModelDirectoryTests {
  private let weights: [String: any TensorSource] = [
    "A2B": MemoryTensors(values: ["a.weight": ([2], [1, 2])]),
    "B2A": MemoryTensors(values: ["a.weight": ([2], [3, 4])]),
  ]

  private func write(to path: String, precision: ElementType = .float16, replace: Bool = false) throws {
    try ModelDirectoryWriter.write(
      ModelConfigurationTests.example, weights: weights, precision: precision, to: path, replace: replace)
  }

  @Test func whatIsWrittenIsOpened() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/models/toon"
    try write(to: path)
    #expect(try contents(of: path) == ["A2B.safetensors", "B2A.safetensors", "config.json"])
    #expect(try contents(of: directory + "/models") == ["toon"])
    let model = try ModelDirectory(path: path)
    #expect(model.configuration.domains.a == "selfie")
    #expect(model.configuration.directions["B2A"]?.precision == .float16)
    #expect(try model.open(direction: "A2B").floats("a.weight") == [1, 2])
    #expect(try model.open(direction: "B2A").floats("a.weight") == [3, 4])
    let unknown = message { _ = try model.open(direction: "X2Y") }
    #expect(unknown.contains("there is A2B, B2A"))
  }

  @Test func discriminatorsLieBesideTheirDirection() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/toon"
    let judge = MemoryTensors(values: ["conv.weight_orig": ([2], [5, 6])])
    try ModelDirectoryWriter.write(
      ModelConfigurationTests.example, weights: weights,
      discriminators: ["A2B": [.local: .init(source: judge, gain: 8)]], precision: .float16, to: path)
    #expect(
      try contents(of: path) == [
        "A2B.local.safetensors", "A2B.safetensors", "B2A.safetensors", "config.json",
      ])
    let model = try ModelDirectory(path: path)
    #expect(model.configuration.discriminators["A2B"]?[.local]?.gain == 8)
    #expect(model.configuration.discriminators["B2A"] == nil)
    #expect(try model.open(discriminator: .local, of: "A2B").floats("conv.weight_orig") == [5, 6])
    let missing = message { _ = try model.open(discriminator: .global, of: "A2B") }
    #expect(missing.contains("no global discriminator"))
    // A model that takes its place without one leaves none behind.
    try write(to: path, replace: true)
    #expect(try contents(of: path) == ["A2B.safetensors", "B2A.safetensors", "config.json"])
  }

  @Test func damagedWeightsAreFound() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/toon"
    try write(to: path)
    let file = path + "/A2B.safetensors"
    var bytes = try FileBytes(path: file).copy()
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(filePath: file))
    let refusal = message { _ = try ModelDirectory(path: path).open(direction: "A2B") }
    #expect(refusal.hasPrefix(file + ": its SHA-256 is"), "\(refusal)")
    #expect(throws: Never.self) { try ModelDirectory(path: path).open(direction: "B2A") }
  }

  @Test func anotherPrecisionThanPromisedIsFound() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/toon"
    try write(to: path)
    let text = String(decoding: try FileBytes(path: path + "/config.json").copy(), as: UTF8.self)
    try CheckpointsTests.write(text.replacing("F16", with: "F32"), to: path + "/config.json")
    let refusal = message { _ = try ModelDirectory(path: path).open(direction: "A2B") }
    #expect(refusal.contains("\"a.weight\" is stored as F16, but config.json says F32"), "\(refusal)")
  }

  @Test func missingFilesAreNamed() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/toon"
    let missing = message { _ = try ModelDirectory(path: path) }
    #expect(missing.hasPrefix(path + "/config.json: "))
    try write(to: path)
    try FileManager.default.removeItem(atPath: path + "/B2A.safetensors")
    let refusal = message { _ = try ModelDirectory(path: path).open(direction: "B2A") }
    #expect(refusal.hasPrefix(path + "/B2A.safetensors: "), "\(refusal)")
  }

  @Test func weightsThatAreNotFiniteAreFound() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/toon"
    try write(to: path, precision: .float32)
    // Infinity put into the file, and the digest brought up to date.
    let file = path + "/A2B.safetensors"
    var bytes = try FileBytes(path: file).copy()
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0x80, 0x7F])
    try Data(bytes).write(to: URL(filePath: file))
    var configuration = try ModelDirectory(path: path).configuration
    configuration.directions["A2B"]?.sha256 = sha256(bytes)
    try Data(configuration.json()).write(to: URL(filePath: path + "/config.json"))
    let refusal = message { _ = try ModelDirectory(path: path).open(direction: "A2B") }
    #expect(refusal == file + ": tensor \"a.weight\" holds inf at element 1")
  }

  @Test func anExistingModelIsReplacedOnlyOnDemandAndKeepsItsOtherFiles() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/toon"
    try write(to: path)
    try CheckpointsTests.write("# A model", to: path + "/README.md")
    try CheckpointsTests.write("old", to: path + "/C2D.safetensors")
    let refusal = #expect(throws: CheckpointError.self) { try write(to: path, precision: .float32) }
    #expect(refusal?.kind == .output)
    #expect(try ModelDirectory(path: path).configuration.directions["A2B"]?.precision == .float16)

    try write(to: path + "/", precision: .float32, replace: true)
    #expect(
      try ModelDirectory(path: path).open(direction: "A2B").tensors["a.weight"]?.elementType == .float32)
    #expect(try contents(of: path) == ["A2B.safetensors", "B2A.safetensors", "README.md", "config.json"])
    #expect(try contents(of: directory) == ["toon"])
  }

  @Test func aDirectoryThatIsNoModelIsNeverReplaced() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    try CheckpointsTests.write("precious", to: directory + "/file")
    let refusal = message { try write(to: directory, replace: true) }
    #expect(refusal.contains("not a model directory"))
    #expect(try contents(of: directory) == ["file"])
  }

  @Test func aFailureLeavesNothingBehind() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let bad: [String: any TensorSource] = [
      "A2B": weights["A2B"]!, "B2A": MemoryTensors(values: ["w": ([1], [.nan])]),
    ]
    #expect(throws: CheckpointError.self) {
      try ModelDirectoryWriter.write(
        ModelConfigurationTests.example, weights: bad, precision: .float32, to: directory + "/toon")
    }
    #expect(throws: CheckpointError.self) {
      try ModelDirectoryWriter.write(
        ModelConfigurationTests.example, weights: [:], precision: .float32, to: directory + "/toon")
    }
    let left = try contents(of: directory)
    #expect(left.isEmpty)
  }
}
