import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("A generator checks the weights that it reads")
struct WeightReaderTests {
  @Test("the first weight that is missing is named")
  func missing() {
    for parameter in AlteredWeights.configuration.network.parameters {
      var weights = AlteredWeights()
      weights.tensors[parameter.name] = nil
      let error = #expect(throws: TensorSourceError.self) { try weights.generator() }
      #expect(error?.description.contains(parameter.name) == true)
    }
  }

  @Test("the first weight that is not finite is named", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    // The first, the middle and the last of the network.
    for name in ["DownBlock.1.weight", "conv1x1.bias", "FC.2.weight", "UpBlock2.8.rho", "UpBlock2.11.weight"]
    {
      var weights = AlteredWeights()
      weights.replaced[name] = try weights.floats(name)
      weights.replaced[name]![5] = value
      let error = #expect(throws: TensorSourceError.self) { try weights.generator() }
      #expect(error?.description.contains("\(name)[5] is \(value)") == true)
    }
  }

  @Test(
    "every weight is read through the check",
    arguments: AlteredWeights.configuration.network.parameters.map(\.name))
  func everyWeight(name: String) throws {
    var weights = AlteredWeights()
    weights.replaced[name] = try weights.floats(name)
    weights.replaced[name]![0] = .nan
    let error = #expect(throws: TensorSourceError.self) { try weights.generator() }
    #expect(error?.description.contains(name) == true)
  }

  @Test("a weight in memory that is not finite is named", arguments: ElementType.allCases)
  func mappedNotFinite(type: ElementType) throws {
    for value in [Float.nan, .infinity, -.infinity] {
      var weights = AlteredWeights()
      try weights.map("FC.0.weight", as: type) { $0[$0.count - 1] = value }
      let error = #expect(throws: TensorSourceError.self) { try weights.generator() }
      #expect(error?.description.contains("FC.0.weight") == true)
    }
  }

  @Test("the largest and the smallest numbers of a type are finite", arguments: ElementType.allCases)
  func extremes(type: ElementType) throws {
    let largest: Float = type == .float16 ? 65504 : 0x1.fep127
    var weights = AlteredWeights()
    try weights.map("gamma.weight", as: type) {
      $0.replaceSubrange(0..<4, with: [largest, -largest, 0, -0.0])
    }
    #expect(throws: Never.self) { try weights.generator() }
  }

  @Test("a weight in memory of another length than its shape is named")
  func mappedLength() throws {
    var weights = AlteredWeights()
    weights.mapped["beta.weight"] = try AlteredWeights.Mapping([0, 0, 0, 0]).mapped
    let error = #expect(throws: TensorSourceError.self) { try weights.generator() }
    #expect(error?.description.contains("beta.weight has 4 bytes; expected 4096") == true)
  }

  /// The layers add up in the same order whatever the type that is stored.
  @Test(
    "weights in memory give the bits that the same numbers give as floats", arguments: ElementType.allCases)
  func inPlace(type: ElementType) throws {
    var mapped = AlteredWeights()
    for name in ["FC.0.weight", "FC.2.weight", "gamma.weight", "beta.weight"] {
      try mapped.map(name, as: type)
    }
    var copied = mapped
    copied.mapped = [:]
    for name in copied.replaced.keys { copied.tensors[name]?.elementType = .float32 }
    let engine = Engine(threads: 1)
    let input = [SeededWeights.image(height: 32, width: 32, seed: 3)]
    let outputs = try [mapped, copied].map { try engine.run($0.generator(), input)[0].image }
    #expect(outputs[0] == outputs[1])
  }

  @Test("in bf16, f32 weights in memory are rounded as those that are read are")
  func rounded() throws {
    var mapped = AlteredWeights()
    for name in ["FC.0.weight", "gamma.weight"] { try mapped.map(name, as: .float32) }
    let engine = Engine(threads: 1)
    let input = [SeededWeights.image(height: 32, width: 32, seed: 5)]
    let outputs = try [mapped, AlteredWeights()].map {
      try engine.run($0.generator(precision: .bf16), input)[0].image
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test("a weight that bf16 cannot hold is named", arguments: [true, false])
  func overflow(inMemory: Bool) throws {
    var weights = AlteredWeights()
    try weights.map("beta.weight", as: .float32) { $0[7] = .greatestFiniteMagnitude }
    if !inMemory { weights.mapped = [:] }
    #expect(throws: Never.self) { try weights.generator() }
    let error = #expect(throws: TensorSourceError.self) { try weights.generator(precision: .bf16) }
    #expect(error?.description.contains("beta.weight") == true)
  }

  @Test("packing by several threads gives the same weights")
  func packing() throws {
    let engine = Engine(threads: 1)
    let input = [SeededWeights.image(height: 32, width: 32, seed: 4)]
    let outputs = try (1...3).map { try engine.run(AlteredWeights().generator(threads: $0), input)[0].image }
    #expect(outputs[1] == outputs[0])
    #expect(outputs[2] == outputs[0])
  }
}
