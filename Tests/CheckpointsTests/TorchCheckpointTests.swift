import FoundationEssentials
import Tensors
import Testing

@testable import Checkpoints

@Suite struct TorchCheckpointTests {
  @Test(arguments: [
    "zip", "legacy", "legacy_views", "protocol2", "protocol3", "protocol4", "protocol5", "legacy_protocol2",
    "legacy_protocol3", "legacy_protocol4", "legacy_protocol5",
  ])
  func weightsAreThoseThatPyTorchReads(name: String) throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path(name + ".pt"))
    let expected = try Fixture.expected(name)
    #expect(checkpoint.format == (name.hasPrefix("legacy") ? .torchLegacy : .torchZip))
    #expect(Set(checkpoint.tensors.keys) == Set(expected.tensors.keys))
    for (tensor, description) in expected.tensors {
      #expect(checkpoint.tensors[tensor]?.shape == description.shape, "\(tensor)")
      #expect(bits(try checkpoint.floats(tensor)) == bits(try expected.floats(tensor)), "\(tensor)")
      var chunked: [Float] = []
      try checkpoint.forEachChunk(of: tensor, maximumCount: 5) { chunk in
        for index in chunk.indices { chunked.append(chunk[index]) }
      }
      #expect(bits(chunked) == bits(try expected.floats(tensor)), "\(tensor) in chunks")
    }
  }

  @Test(arguments: ["zip32.pt", "zip64.pt"])
  func ordinaryAndZip64FilesAreRead(name: String) throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path(name))
    let expected = try Fixture.expected("protocol2")
    #expect(Set(checkpoint.tensors.keys) == Set(expected.tensors.keys))
    for tensor in expected.tensors.keys {
      #expect(try checkpoint.floats(tensor) == expected.floats(tensor))
    }
  }

  @Test(arguments: ["zip.pt", "legacy.pt"])
  func typesAndLayoutsAreTold(name: String) throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path(name))
    let entries = Dictionary(uniqueKeysWithValues: checkpoint.entries.map { ($0.name, $0) })
    #expect(checkpoint.entries.map(\.name) == entries.keys.sorted())
    let types: [String: StoredType] = [
      "types.f16": .float16, "types.bf16": .bfloat16, "types.f64": .float64, "types.i64": .int64,
      "types.u8": .uint8, "types.bool": .bool, "types.parameter": .float32,
      "genB2A.norm.num_batches_tracked": .int64, "optimizer.state.0.exp_avg": .float32, "history.0": .float32,
      "history.1.nested": .float32,
    ]
    for (name, type) in types { #expect(entries[name]?.type == type, "\(name)") }
    let layouts: [String: TensorEntry.Layout] = [
      "genA2B.whole": .contiguous, "genA2B.offset": .contiguous, "genA2B.scalar": .contiguous,
      "genA2B.transposed": .strided, "genA2B.stepped": .strided, "genA2B.channels_last": .strided,
      "genA2B.diagonal": .strided, "genA2B.expanded": .expanded, "genA2B.expanded_scalar": .expanded,
      "genA2B.empty": .contiguous,
    ]
    for (name, layout) in layouts { #expect(entries[name]?.layout == layout, "\(name)") }
    #expect(checkpoint.tensors["types.f64"]?.elementType == .float32)
    #expect(checkpoint.tensors["types.i64"] == nil)
    let refusal = message { _ = try checkpoint.floats("types.i64") }
    #expect(refusal.contains("stored as I64"))
  }

  @Test func denseAlignedWeightsAreMapped() throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path("zip.pt"))
    let mapped = try #require(checkpoint.mappedBytes("genA2B.whole"))
    let floats = (0..<48).map { mapped.bytes.load(fromByteOffset: $0 * 4, as: Float.self) }
    #expect(try checkpoint.floats("genA2B.whole") == floats)
    #expect(checkpoint.mappedBytes("genA2B.transposed") == nil)
    #expect(checkpoint.mappedBytes("genA2B.expanded") == nil)
    #expect(checkpoint.mappedBytes("types.f64") == nil)
  }

  @Test(arguments: ["evil.pt", "legacy_evil.pt"])
  func codeInAPickleIsPassedOverAndNotRun(name: String) throws {
    let marker = "/tmp/ugatit-unpickler-was-here"
    #expect(!FileManager.default.fileExists(atPath: marker))
    let checkpoint = try TorchCheckpoint(path: Fixture.path(name))
    #expect(try checkpoint.floats("genA2B.weight") == [0, 0])
    #expect(checkpoint.passedOver == ["posix.system"])
    #expect(checkpoint.unreadable == ["payload": "an object of posix.system"])
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test func aWholeModuleIsRefusedByItsClass() {
    let refusal = message { _ = try TorchCheckpoint(path: Fixture.path("module.pt")) }
    #expect(refusal.contains("holds an object of __main__.Block, not a dictionary"), "\(refusal)")
    #expect(refusal.contains("state_dict()"))
  }

  @Test func compressedMembersAreRefused() {
    let error = #expect(throws: CheckpointError.self) {
      try TorchCheckpoint(path: Fixture.path("deflated.pt"))
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("compressed") == true)
  }

  @Test func otherFilesAreRefused() {
    let python = message { _ = try TorchCheckpoint(path: Fixture.path("make_fixtures.py")) }
    #expect(python.contains("neither a file that torch.save wrote"), "\(python)")
    let empty = message { _ = try TorchCheckpoint(FileBytes(copying: [])) }
    #expect(empty.contains("an empty file"), "\(empty)")
  }

  @Test(arguments: [
    ("zip.pt", CheckpointFormat.torchZip), ("legacy.pt", .torchLegacy), ("mixed.safetensors", .safetensors),
  ])
  func theFormatIsToldByTheContent(name: String, format: CheckpointFormat) throws {
    #expect(try openCheckpoint(path: Fixture.path(name)).format == format)
  }
}
