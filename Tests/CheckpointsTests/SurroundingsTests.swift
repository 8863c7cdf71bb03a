import Testing

@testable import Checkpoints

/// Clean weights in files whose surroundings are not, or whose bytes lie otherwise; Fixtures/make_surroundings.py made
/// them.
@Suite struct SurroundingsTests {
  private let weight: [Float] = (0..<12).map { Float($0) / 2 }

  @Test(arguments: ["surroundings", "legacy_surroundings"])
  func whatLiesBesideCleanWeightsDoesNotMatter(name: String) throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path(name + ".pt"))
    #expect(try checkpoint.floats("genA2B.weight") == weight)
    // Tensors with attributes, and those in dictionaries of another class that is known, are tensors.
    #expect(try checkpoint.floats("parameter") == Array(weight[..<4]))
    #expect(try checkpoint.floats("attributed") == Array(weight[..<8]))
    #expect(try checkpoint.floats("weights_of.first.w") == [1, 1])
    let told = [
      "args": "argparse.Namespace", "sparse": "torch._utils._rebuild_sparse_tensor",
      "quantized": "torch._utils._rebuild_qtensor", "tagged": "__main__.Tagged",
      "options": "__main__.Options",
      "date": "datetime.datetime", "folder": "pathlib.PurePosixPath", "counter": "collections.Counter",
    ]
    for (name, object) in told {
      #expect(checkpoint.unreadable[name]?.contains(object) == true, "\(name)")
      #expect(checkpoint.tensors[name] == nil)
    }
    #expect(checkpoint.unreadable["conjugated"]?.contains("conjugation") == true)
    #expect(checkpoint.unreadable["genA2B"] == nil && checkpoint.unreadable["none"] == nil)
    #expect(checkpoint.passedOver.contains("argparse.Namespace"))
    #expect(checkpoint.passedOver.contains { $0.hasPrefix("numpy.") })
    #expect(checkpoint.passedOver == checkpoint.passedOver.sorted())
  }

  @Test(arguments: ["types.pt", "big_endian.pt"])
  func oneNetworkOfFourTypesIsReadInEitherOrderOfBytes(name: String) throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path(name))
    #expect(try checkpoint.floats("genA2B.weight") == weight)
    #expect(try checkpoint.floats("genA2B.rho") == weight.map { Float(Double($0) / 3) })
    #expect(try checkpoint.floats("genA2B.half") == weight)
    #expect(try checkpoint.floats("genA2B.brain") == weight)
    #expect(
      try checkpoint.floats("genA2B.columns") == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11].map { weight[$0] })
    #expect(checkpoint.mappedBytes("genA2B.rho") == nil)
    #expect((checkpoint.mappedBytes("genA2B.weight") == nil) == (name == "big_endian.pt"))
  }

  @Test func theLegacyFormatIsLittleEndianWhateverWroteIt() throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path("legacy_big_endian.pt"))
    #expect(try checkpoint.floats("genA2B.weight") == weight)
  }

  @Test func bytesOfPython2AreNoReasonToRefuse() throws {
    let checkpoint = try TorchCheckpoint(path: Fixture.path("python2.pt"))
    #expect(try checkpoint.floats("genA2B.weight") == weight)
    #expect(checkpoint.unreadable["other"] == "an object of numpy.core.multiarray.scalar")
  }
}
