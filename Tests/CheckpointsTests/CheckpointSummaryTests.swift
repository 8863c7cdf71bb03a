import Tensors
import Testing

@testable import Checkpoints

@Suite struct CheckpointSummaryTests {
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

  @Test func aNetworkIsOnePartWhereverItLies() throws {
    let file = try TorchCheckpoint(path: Fixture.path("protocol2.pt"))
    let networks = try NamedNetworks(in: file.entries.map(\.name), marks: ["weight"])
    let summary = CheckpointSummary(file, networks: networks.networks)
    #expect(summary.parts.map(\.name) == ["genA2B", "genA2B.a"])
    #expect(summary.parts.map(\.tensors) == [1, 2])
  }

  @Test func aFileOfOneNetworkIsOnePart() throws {
    let summary = CheckpointSummary(try SafetensorsFile(path: Fixture.path("mixed.safetensors")))
    #expect(summary.parts.map(\.name) == [""])
    #expect(summary.parts.first?.types == ["F32": 4, "F16": 1, "BF16": 1, "I64": 1])
  }

  @Test func aNumberThatIsNotFiniteIsFound() throws {
    try MemoryTensors(values: ["a": ([1], [0]), "b": ([1], [1])]).requireFinite()
    let bad = MemoryTensors(values: ["a": ([1], [1]), "b": ([2], [0, .infinity])])
    let refusal = message { try bad.requireFinite() }
    #expect(refusal == "tensor \"b\" holds inf at element 1")
  }
}
