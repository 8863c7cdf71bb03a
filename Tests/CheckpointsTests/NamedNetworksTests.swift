import Tensors
import Testing

@testable import Checkpoints

@Suite struct NamedNetworksTests {
  private let own: Set = ["first.weight", "last.0.bias"]

  /// A network's names below a prefix.
  private func network(_ prefix: String) -> [String] { own.map { prefix + $0 } }

  private func found(_ names: [String]) throws -> NamedNetworks {
    try NamedNetworks(in: names, marks: ["first.weight", "second.weight"])
  }

  @Test(
    arguments: [
      ("", "", ""), ("module.", "", ""), ("_orig_mod.", "", ""), ("genA2B.", "genA2B", "genA2B"),
      ("genA2B.module.", "genA2B", "genA2B"), ("module.genA2B._orig_mod.module.", "genA2B", "genA2B"),
      ("_orig_mod.module.genA2B.", "genA2B", "genA2B"), ("genA2B._fsdp_wrapped_module.", "genA2B", "genA2B"),
      ("state_dict.genA2B.", "state_dict.genA2B", "genA2B"), ("state_dict.", "state_dict", ""),
      ("model.", "model", ""), ("model_state_dict.module.genB2A.", "model_state_dict.genB2A", "genB2A"),
      ("model.state_dict.net.genA2B.module.", "model.state_dict.net.genA2B", "genA2B"),
      ("G_A.", "G_A", "G_A"), ("nets.netG_A2B.", "nets.netG_A2B", "netG_A2B"),
      ("trainer.generator.", "trainer.generator", "trainer.generator"),
    ])
  func wrappersFallAwayInAnyOrderAndNumber(prefix: String, path: String, key: String) throws {
    let found = try found(network(prefix) + ["epoch.x", "optimizer.state.0.exp_avg"])
    let others = path.isEmpty ? Set(own).union(["epoch.x", "optimizer.state.0.exp_avg"]) : own
    let network = try #require(found.networks.first)
    #expect(found.networks.count == 1)
    #expect((network.path, network.key, network.isAverage) == (path, key, false))
    #expect(Set(network.names.keys) == others)
    #expect(network.names["first.weight"] == prefix + "first.weight")
    #expect(found.others == (path.isEmpty ? [] : ["epoch.x", "optimizer.state.0.exp_avg"]))
  }

  @Test func wrappersInsideOfANetworkFallAway() throws {
    let found = try found(["genA2B.first.weight", "genA2B.last._orig_mod.0.module.bias"])
    #expect(found.networks.first?.names["last.0.bias"] == "genA2B.last._orig_mod.0.module.bias")
  }

  @Test(
    arguments: [
      ("genA2B_ema.", "genA2B"), ("ema_genA2B.", "genA2B"), ("ema.genA2B.", "genA2B"),
      ("genA2B.ema.", "genA2B"),
      ("params_ema.", ""), ("ema_state_dict.", ""), ("state_dict.genA2B_ema.module.", "genA2B"),
    ])
  func averagesAreTold(prefix: String, key: String) throws {
    let network = try #require(try found(network(prefix)).networks.first)
    #expect((network.key, network.isAverage) == (key, true))
  }

  @Test func whatToolsCountedIsSetAside() throws {
    let counted = ["genA2B.n_averaged", "genA2B.last.0.total_ops", "total_params"]
    let found = try found(network("genA2B.module.") + counted)
    #expect(found.bookkeeping == counted.sorted())
    #expect(found.networks.map { Set($0.names.keys) } == [own])
    #expect(found.others.isEmpty)
  }

  @Test func aNetworkWithoutItsFirstMarkIsStillFound() throws {
    #expect(try found(["genA2B.second.weight"]).networks.map(\.path) == ["genA2B"])
    #expect(try found(["genA2B.xfirst.weight", "first"]).networks.isEmpty)
  }

  @Test func eachNameBelongsToTheInnermostNetworkOrToNone() throws {
    let found = try found(
      network("genA2B.") + network("genA2B.teacher.") + ["genA2Bother.x", "disGA.model.1.bias"])
    #expect(found.networks.map(\.path) == ["genA2B", "genA2B.teacher"])
    #expect(found.networks.allSatisfy { Set($0.names.keys) == own })
    #expect(found.others == ["disGA.model.1.bias", "genA2Bother.x"])
  }

  @Test func twoNamesThatAreOneWithoutWrappersAreRefused() {
    let refusal = message { _ = try found(network("genA2B.") + network("genA2B.module.")) }
    #expect(refusal.contains("\"genA2B.first.weight\"") && refusal.contains("\"genA2B.module.first.weight\""))
  }
}

@Suite struct RenamedTensorsTests {
  @Test func tensorsAreReadUnderTheirNewNames() throws {
    let source = MemoryTensors(values: [
      "genA2B.a": ([1], [1]), "genA2B.module.b": ([1], [2]), "c": ([1], [3]),
    ])
    let tensors = RenamedTensors(source, names: ["a": "genA2B.a", "b": "genA2B.module.b", "d": "missing"])
    #expect(Set(tensors.tensors.keys) == ["a", "b"])
    #expect(try tensors.floats("b") == [2])
    #expect(throws: (any Error).self) { try tensors.floats("c") }
    var chunks: [Float] = []
    try tensors.forEachChunk(of: "a", maximumCount: 1) { chunks.append($0[0]) }
    #expect(chunks == [1])
  }

  @Test func mappedBytesAreThoseOfTheOldName() throws {
    let file = try TorchCheckpoint(path: Fixture.path("zip.pt"))
    #expect(RenamedTensors(file, names: ["w": "genA2B.whole"]).mappedBytes("w") != nil)
    #expect(RenamedTensors(file, names: ["w": "genA2B.whole"]).mappedBytes("genA2B.whole") == nil)
  }
}
