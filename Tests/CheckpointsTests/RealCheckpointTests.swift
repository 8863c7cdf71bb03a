import FoundationEssentials
import Testing

@testable import Checkpoints

/// A checkpoint too large to be kept here, against what PyTorch reads; Fixtures/hash_checkpoint.py tells how.
@Suite struct RealCheckpointTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let checkpoint = environment["UGATIT_CHECKPOINT"]
  private static let hashes = environment["UGATIT_CHECKPOINT_HASHES"]

  @Test(.enabled(if: checkpoint != nil && hashes != nil))
  func everyWeightIsTheOneThatPyTorchReads() throws {
    let checkpoint = try TorchCheckpoint(path: try #require(Self.checkpoint))
    let lines = try FileBytes(path: try #require(Self.hashes)).copy().split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == checkpoint.tensors.count)
    for line in lines {
      let fields = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
      let name = String(fields[1])
      let bytes = try checkpoint.floats(name).withUnsafeBytes(Array.init)
      #expect(sha256(bytes) == fields[0], "\(name)")
    }
  }

  @Test(.enabled(if: checkpoint != nil))
  func itIsWrittenAsAModelAndOpened() throws {
    let checkpoint = try TorchCheckpoint(path: try #require(Self.checkpoint))
    let networks = try NamedNetworks(in: checkpoint.tensors.keys, marks: ["DownBlock.1.weight"])
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let generators = try DirectionChoice().generators(in: networks.networks)
      .mapValues { RenamedTensors(checkpoint, names: $0.names) }
    try ModelDirectoryWriter.write(
      ModelConfigurationTests.example, weights: generators,
      precision: .float16,
      to: directory + "/model")
    let model = try ModelDirectory(path: directory + "/model")
    for (direction, source) in generators {
      let file = try model.open(direction: direction)
      #expect(file.tensors.mapValues(\.shape) == source.tensors.mapValues(\.shape))
      for name in file.tensors.keys {
        let expected = try source.floats(name).map { Float(Float16($0)) }
        #expect(try file.floats(name) == expected, "\(direction) \(name)")
      }
    }
  }
}
