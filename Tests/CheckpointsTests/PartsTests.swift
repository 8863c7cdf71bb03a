import Tensors
import Testing

@testable import Checkpoints

@Suite struct PartsTests {
  private func source(_ names: [String]) -> MemoryTensors {
    MemoryTensors(
      values: Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, ([1], [Float($0)])) }))
  }

  private let generatorNames = [
    "DownBlock.1.weight", "gap_fc.weight", "gmp_fc.weight", "gamma.weight", "beta.weight",
  ]

  @Test func aPrefixIsStripped() throws {
    let tensors = PrefixedTensors(
      source(["genA2B.a", "genA2B.b.c", "genB2A.a", "genA2B."]), prefix: "genA2B.")
    #expect(Set(tensors.tensors.keys) == ["a", "b.c"])
    #expect(try tensors.floats("b.c") == [1])
    #expect(throws: (any Error).self) { try tensors.floats("genB2A.a") }
    var chunks: [Float] = []
    try tensors.forEachChunk(of: "a", maximumCount: 1) { chunks.append($0[0]) }
    #expect(chunks == [0])
  }

  @Test func mappedBytesPassThroughAPrefix() throws {
    let file = try TorchCheckpoint(path: Fixture.path("zip.pt"))
    #expect(PrefixedTensors(file, prefix: "genA2B.").mappedBytes("whole") != nil)
  }

  @Test func theNetworksOfATrainingCheckpointAreFound() throws {
    let names = generatorNames.map { "genA2B." + $0 } + generatorNames.map { "genB2A." + $0 }
    let parts = try NetworkParts(source(names + ["disGA.model.1.bias", "disLB.model.1.bias", "other.x"]))
    #expect(Set(parts.parts.keys) == [.genA2B, .genB2A, .disGA, .disLB])
    #expect(!parts.isBareGenerator)
    let generator = try #require(parts.generator(direction: "B2A"))
    #expect(Set(generator.tensors.keys) == Set(generatorNames))
    #expect(try generator.floats("DownBlock.1.weight") == [5])
    #expect(parts.generator(direction: "C2D") == nil)
  }

  @Test func theWrapperOfDataParallelIsDropped() throws {
    let parts = try NetworkParts(source(generatorNames.map { "genA2B.module." + $0 }))
    #expect(parts.generator(direction: "A2B").map { Set($0.tensors.keys) } == Set(generatorNames))
    let bare = try NetworkParts(source(generatorNames.map { "module." + $0 }))
    #expect(bare.generator(direction: "A2B").map { Set($0.tensors.keys) } == Set(generatorNames))
  }

  @Test func aBareGeneratorIsTakenAsA2B() throws {
    let parts = try NetworkParts(source(generatorNames))
    #expect(parts.isBareGenerator)
    #expect(Array(parts.parts.keys) == [.genA2B])
    #expect(parts.generator(direction: "B2A") == nil)
  }

  @Test func anythingElseIsRefusedWithWhatWasFound() {
    let found = message { _ = try NetworkParts(source(["encoder.a", "encoder.b", "decoder.c"])) }
    #expect(found.contains("3 weights under \"decoder\", \"encoder\""), "\(found)")
    #expect(found.contains("genA2B, genB2A, disGA"), "\(found)")
    let empty = message { _ = try NetworkParts(source([])) }
    #expect(empty.contains("no weights at all"))
  }

  @Test func theSummaryCountsPerNetwork() throws {
    let summary = CheckpointSummary(try TorchCheckpoint(path: Fixture.path("protocol2.pt")))
    #expect(summary.format == .torchZip)
    #expect(summary.parts.map(\.name) == ["genA2B"])
    let part = try #require(summary.parts.first)
    #expect(part.tensors == 3)
    #expect(part.parameters == 12 + 8 + 4)
    #expect(part.bytes == 48 + 32 + 8)
    #expect(part.types == ["F32": 2, "F16": 1])
    #expect(summary.tensors.map(\.name) == ["genA2B.a.rows", "genA2B.a.weight", "genA2B.b"])
  }

  @Test func aFileOfOneNetworkIsOnePart() throws {
    let summary = CheckpointSummary(try SafetensorsFile(path: Fixture.path("mixed.safetensors")))
    #expect(summary.parts.map(\.name) == [""])
    #expect(summary.parts.first?.types == ["F32": 4, "F16": 1, "BF16": 1, "I64": 1])
  }

  @Test func aNumberThatIsNotFiniteIsFound() throws {
    try source(["a", "b"]).requireFinite()
    let bad = MemoryTensors(values: ["a": ([1], [1]), "b": ([2], [0, .infinity])])
    let refusal = message { try bad.requireFinite() }
    #expect(refusal == "tensor \"b\" holds inf at element 1")
  }
}
