import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("ResNetGenerator")
struct ResNetGeneratorTests {
  private static func stored(_ generator: ResNetGenerator) -> StoredNetwork {
    StoredNetwork(weights: SeededWeights(network: generator.network, seed: 0).tensors)
  }

  private static func any(using random: inout some RandomNumberGenerator) throws -> ResNetGenerator {
    try ResNetGenerator(
      baseChannels: .random(in: 1...40, using: &random), residualBlocks: .random(in: 1...7, using: &random),
      antialiasing: .allCases.randomElement(using: &random)!,
      normalization: [.instance, .batch(.picture), .batch(.running)].randomElement(using: &random)!,
      padding: .allCases.randomElement(using: &random)!, hasDropout: .random(using: &random),
      imageHeight: 4 * .random(in: 8...20, using: &random),
      imageWidth: 4 * .random(in: 8...20, using: &random))
  }

  @Test("names and shapes of the public code's layers")
  func names() throws {
    let plain = try ResNetGenerator(
      baseChannels: 64, residualBlocks: 9, imageHeight: 256, imageWidth: 256)
    let shapes = Self.stored(plain).weights.mapValues(\.shape)
    #expect(shapes.count == 25)
    #expect(shapes["model.1.weight"] == [64, 3, 7, 7])
    #expect(shapes["model.4.weight"] == [128, 64, 3, 3])
    #expect(shapes["model.18.conv_block.5.weight"] == [256, 256, 3, 3])
    #expect(shapes["model.19.weight"] == [256, 128, 3, 3])
    #expect(shapes["model.22.weight"] == [128, 64, 3, 3])
    #expect(shapes["model.26.bias"] == [3])
    var antialiased = plain
    antialiased.antialiasing = .both
    let others = Self.stored(antialiased).weights.mapValues(\.shape)
    #expect(others.count == 29)
    #expect(others["model.7.filt"] == [128, 1, 3, 3])
    #expect(others["model.20.conv_block.5.weight"] == [256, 256, 3, 3])
    #expect(others["model.21.filt"] == [256, 1, 4, 4])
    #expect(others["model.26.weight"] == [64, 128, 3, 3])
    #expect(others["model.30.weight"] == [3, 64, 7, 7])
    var dropped = plain
    dropped.hasDropout = true
    #expect(Self.stored(dropped).weights["model.10.conv_block.6.weight"] != nil)
    dropped.padding = .zero
    #expect(Self.stored(dropped).weights["model.10.conv_block.4.weight"] != nil)
  }

  @Test(
    "any shape within the limits has a plan, adds up its work, runs, and is read off its weights",
    arguments: 0..<12)
  func anyShape(round: Int) throws {
    var random = SystemRandomNumberGenerator()
    let generator = try Self.any(using: &random)
    let network = generator.network
    let plan = ExecutionPlan(network: network, workers: 2)
    #expect(plan.operations.count == network.steps.count, "\(generator)")
    #expect(plan.heatmap == nil && plan.batchedStep == nil, "\(generator)")
    #expect(
      network.multiplications > 0 && network.multiplications < network.directMultiplications, "\(generator)")
    #expect(Set(network.parameters.map(\.name)).count == network.parameters.count, "\(generator)")

    var stored = Self.stored(generator)
    let statistics: BatchStatistics? =
      if case .batch(let statistics) = generator.normalization { statistics } else { nil }
    var expected = generator
    (expected.imageHeight, expected.imageWidth) = (128, 128)
    #expect(
      try ResNetGenerator.inferred(
        from: stored, imageSize: 128, padding: generator.padding, statistics: statistics) == expected)
    #expect(try Generator.inferred(from: stored, Generator.Told()).network.title == network.title)
    // What is left of it is not taken for another one.
    let missing = stored.weights.keys.randomElement(using: &random)!
    stored.weights[missing] = nil
    #expect(throws: TensorSourceError.self, "\(generator) without \(missing)") {
      try ResNetGenerator.inferred(from: stored, padding: generator.padding, statistics: statistics)
    }

    let packed = try PackedNetwork(
      weights: SeededWeights(network: network, seed: 1), network: network, precision: .f32)
    let image = SeededWeights.image(height: network.imageHeight, width: network.imageWidth, seed: 1)
    let outputs = try Engine(threads: 2).run(packed, [image, image, image])
    #expect(outputs[0].image.count == image.count, "\(generator)")
    #expect(outputs.allSatisfy { $0.image == outputs[0].image }, "\(generator)")
    #expect(outputs[0].image.allSatisfy { $0.magnitude <= 1 }, "\(generator)")
    #expect(try afresh(packed, image) == outputs[0].image, "\(generator): depends on what memory held before")
  }

  /// The image that is drawn in memory that holds no number.
  private func afresh(_ packed: PackedNetwork, _ image: [Float]) throws -> [Float] {
    let plan = ExecutionPlan(network: packed.network, workers: 1)
    let arena = try AlignedMemory(byteCount: plan.count * 4)
    arena.floats.update(repeating: .nan, count: plan.count)
    var output = NetworkOutput(of: packed.network, plan)
    let run = NetworkRun(network: packed, plan: plan, arena: arena.floats, team: .alone)
    run.run(plan.operations.indices, image, into: &output)
    return withExtendedLifetime(arena) { output.image }
  }

  @Test("what names do not tell is the public default, and what they tell is not changed by what is said")
  func told() throws {
    func generator(_ normalization: ResNetGenerator.Normalization, _ padding: Padding) throws
      -> ResNetGenerator
    {
      try ResNetGenerator(
        baseChannels: 8, residualBlocks: 2, normalization: normalization, padding: padding, imageHeight: 256,
        imageWidth: 256)
    }
    func refusal(_ of: ResNetGenerator, _ padding: Padding?, _ statistics: BatchStatistics?) -> String {
      do {
        _ = try ResNetGenerator.inferred(from: Self.stored(of), padding: padding, statistics: statistics)
        return ""
      } catch { return error.description }
    }
    let (plain, zero) = (try generator(.instance, .reflect), try generator(.instance, .zero))
    #expect(try ResNetGenerator.inferred(from: Self.stored(plain)) == plain)
    #expect(
      try ResNetGenerator.inferred(from: Self.stored(plain), padding: .replicate)
        == generator(.instance, .replicate))
    #expect(refusal(plain, .zero, nil).contains("--padding reflect or replicate"))
    #expect(refusal(zero, .replicate, nil).contains("leave out --padding replicate"))
    #expect(refusal(plain, nil, .running).contains("leave out --statistics"))
    let running = Self.stored(try generator(.batch(.running), .reflect))
    #expect(try ResNetGenerator.inferred(from: running) == generator(.batch(.picture), .reflect))
    #expect(
      try ResNetGenerator.inferred(from: running, statistics: .running)
        == generator(.batch(.running), .reflect))
    var told = Generator.Told()
    told.normalization = .group
    #expect(throws: TensorSourceError.self) { try Generator.inferred(from: Self.stored(plain), told) }
    let ugatit = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: 256, imageWidth: 256)
    let stored = StoredNetwork(weights: SeededWeights(network: ugatit.network, seed: 0).tensors)
    #expect(try Generator.inferred(from: stored, .init()) == .ugatit(ugatit))
    told = .init()
    told.padding = .reflect
    let misplaced = #expect(throws: TensorSourceError.self) { try Generator.inferred(from: stored, told) }
    #expect(misplaced?.description.contains("leave out --padding") == true)
  }

  @Test(
    "biases before instance normalisations and buffers of these are told; other tensors are refused by name")
  func strict() throws {
    let generator = try ResNetGenerator(
      baseChannels: 8, residualBlocks: 1, imageHeight: 256, imageWidth: 256)
    func stored(_ names: String...) -> StoredNetwork {
      var stored = Self.stored(generator)
      for name in names { stored.weights[name] = TensorDescription(elementType: .float32, shape: [8]) }
      return stored
    }
    let harmless = try generator.network.check(
      stored(
        "model.1.bias", "model.11.bias", "model.10.conv_block.5.bias", "model.2.running_mean",
        "model.5.running_var"))
    #expect(harmless.biases == ["model.1.bias", "model.10.conv_block.5.bias", "model.11.bias"])
    #expect(harmless.buffers == ["model.2.running_mean", "model.5.running_var"])
    for name in ["model.11.conv_block.1.weight", "model.5.weight", "model.19.weight", "model.3.running_mean"]
    {
      let error = #expect(throws: TensorSourceError.self) { try generator.network.check(stored(name)) }
      #expect(error?.description.hasPrefix(name) == true, "\(error?.description ?? "")")
    }
  }

  @Test(
    "a first layer of another kind is told by what is served",
    arguments: [[64, 1, 7, 7], [64, 3, 3, 3], [0, 3, 7, 7], [.max, 3, 7, 7], []])
  func firstLayer(shape: [Int]) throws {
    var stored = Self.stored(
      try ResNetGenerator(baseChannels: 8, residualBlocks: 1, imageHeight: 256, imageWidth: 256))
    stored.weights["model.1.weight"]?.shape = shape
    let error = #expect(throws: TensorSourceError.self) { try ResNetGenerator.inferred(from: stored) }
    #expect(error?.description.contains(shape == [64, 1, 7, 7] ? "RGB" : "[ngf, 3, 7, 7]") == true)
  }

  @Test("a filter that is another one is refused, by its first number")
  func filters() throws {
    let generator = try ResNetGenerator(
      baseChannels: 8, residualBlocks: 1, antialiasing: .both, imageHeight: 32, imageWidth: 32)
    let seeded = SeededWeights(network: generator.network, seed: 1)
    try generator.network.checkConstants(in: seeded)
    for name in ["model.7.filt", "model.17.filt"] {
      for value in [Float.nan, 0, 0.25] {
        let altered = AlteredSource(base: seeded, name: name, index: 5, value: value)
        let error = #expect(throws: TensorSourceError.self) {
          try PackedNetwork(weights: altered, network: generator.network, precision: .f32)
        }
        #expect(error?.description.contains("\(name) is another filter: [5]") == true)
      }
    }
  }

  @Test("the variances of a normalisation are not negative")
  func variances() throws {
    let generator = try ResNetGenerator(
      baseChannels: 8, residualBlocks: 1, normalization: .batch(.running), imageHeight: 32, imageWidth: 32)
    let altered = AlteredSource(
      base: SeededWeights(network: generator.network, seed: 1), name: "model.5.running_var", index: 3,
      value: -1)
    let error = #expect(throws: TensorSourceError.self) {
      try PackedNetwork(weights: altered, network: generator.network, precision: .f32)
    }
    #expect(error?.description.contains("model.5.running_var[3]") == true)
  }

  @Test(
    "limits",
    arguments: [(0, 1, 32), (513, 1, 32), (8, 0, 32), (8, 65, 32), (8, 1, 28), (8, 1, 34), (512, 1, 2048)])
  func limits(channels: Int, blocks: Int, side: Int) {
    #expect(throws: TensorSourceError.self) {
      try ResNetGenerator(baseChannels: channels, residualBlocks: blocks, imageHeight: side, imageWidth: side)
    }
  }
}

/// Weights of which one number is another.
private struct AlteredSource: TensorSource {
  let base: SeededWeights
  let name: String
  let index: Int
  let value: Float

  var tensors: [String: TensorDescription] { base.tensors }

  func floats(_ name: String) throws -> [Float] {
    var values = try base.floats(name)
    if name == self.name { values[index] = value }
    return values
  }
}
