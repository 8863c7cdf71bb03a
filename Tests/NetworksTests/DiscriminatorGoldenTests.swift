import Checkpoints
import Kernels
import Networks
import Tensors
import Testing

/// A golden file made by Fixtures/make_discriminators.py.
struct DiscriminatorFixture {
  let file: SafetensorsFile
  let discriminator: UGATITDiscriminator
  let input: [Float]
  let weights: TrainedWeights

  static let names = [
    "judge-8x5-32x32", "judge-24x5-24x44", "judge-4x7-96x100", "judge-8x6-64x48", "judge-8x4-36x32",
  ]

  init(_ name: String) throws {
    let here = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    file = try SafetensorsFile(path: "/\(here)/Fixtures/\(name).safetensors")
    let metadata = file.metadata
    func number(_ key: String) -> Int { Int(metadata[key]!)! }
    discriminator = try UGATITDiscriminator(
      baseChannels: number("channels"), layers: number("layers"), images: number("images"),
      gain: Float(metadata["gain"]!)!, cam: metadata["cam"] == "True", imageHeight: number("height"),
      imageWidth: number("width"))
    let seed = UInt64(number("seed"))
    input = SeededWeights.image(height: number("height"), width: number("width"), seed: seed)
    weights = TrainedWeights(
      seeded: SeededWeights(network: discriminator.network, seed: seed), vectors: file)
  }

  /// Seeded weights with the u and v that follow from them.
  struct TrainedWeights: TensorSource {
    let seeded: SeededWeights
    let vectors: SafetensorsFile

    var tensors: [String: TensorDescription] { seeded.tensors }

    func floats(_ name: String) throws -> [Float] {
      try vectors.tensors[name] == nil ? seeded.floats(name) : vectors.floats(name)
    }
  }

  func output(
    of weights: any TensorSource, _ discriminator: UGATITDiscriminator, _ instructionSet: InstructionSet
  ) throws -> NetworkOutput {
    let network = try PackedNetwork(
      weights: weights, network: discriminator.network, precision: .f32, instructionSet: instructionSet)
    return try #require(try Engine(threads: 2).run(network, [input]).first)
  }
}

@Suite("A discriminator says what PyTorch says")
struct DiscriminatorGoldenTests {
  @Test(
    "logits, class activation map and its logits, on every instruction set",
    arguments: DiscriminatorFixture.names,
    InstructionSet.supported)
  func results(name: String, instructionSet: InstructionSet) throws {
    let fixture = try DiscriminatorFixture(name)
    let output = try fixture.output(of: fixture.weights, fixture.discriminator, instructionSet)
    let logits = try #require(output.logits)
    let expected = try fixture.file.floats("logits")
    #expect(Array(fixture.file.tensors["logits"]!.shape[2...]) == [logits.height, logits.width])
    #expect(relativeDifference(logits.values, expected) <= 1e-4)
    let mean = expected.reduce(0.0) { $0 + Double($1) } / Double(expected.count)
    #expect(abs(Double(logits.mean) - mean) <= 1e-4 * Double(expected.map(abs).max()!))
    #expect(output.image.isEmpty)
    #expect((output.attention != nil) == fixture.discriminator.cam)
    guard let attention = output.attention else { return }
    #expect(Array(fixture.file.tensors["heatmap"]!.shape[2...]) == [attention.height, attention.width])
    #expect(relativeDifference(attention.heatmap, try fixture.file.floats("heatmap")) <= 1e-4)
    #expect(
      relativeDifference(
        [attention.gapLogit, attention.gmpLogit], try fixture.file.floats("cam_logit")) <= 1e-4)
  }

  @Test("the same under the names of every PyTorch", arguments: SpectralNorm.allCases)
  func names(norm: SpectralNorm) throws {
    let fixture = try DiscriminatorFixture("judge-8x6-64x48")
    var discriminator = fixture.discriminator
    discriminator.norm = norm
    let renamed = try OtherNames(fixture.weights, of: discriminator)
    #expect(
      try UGATITDiscriminator.inferred(
        from: StoredNetwork(weights: renamed.tensors), gain: 8, imageSize: (64, 48))
        == discriminator)
    let own = try fixture.output(of: fixture.weights, fixture.discriminator, .current)
    let other = try fixture.output(of: renamed, discriminator, .current)
    #expect(own.logits?.values == other.logits?.values)
    #expect(own.attention?.heatmap == other.attention?.heatmap)
    #expect(own.attention?.gapLogit == other.attention?.gapLogit)
  }
}

/// A discriminator's weights as another PyTorch stores them.
private struct OtherNames: TensorSource {
  private(set) var tensors: [String: TensorDescription] = [:]
  private var values: [String: [Float]] = [:]

  init(_ weights: any TensorSource, of discriminator: UGATITDiscriminator) throws {
    for parameter in discriminator.network.parameters {
      let name = parameter.name
      let stem =
        name.replacing("parametrizations.weight.original", with: "weight_orig")
        .replacing("parametrizations.weight.0._", with: "weight_")
      values[name] =
        try weights.tensors[stem] == nil
        ? Self.effective(String(stem.dropLast(".weight".count)), weights) : weights.floats(stem)
      tensors[name] = TensorDescription(elementType: .float32, shape: parameter.shape)
    }
  }

  private static func effective(_ layer: String, _ weights: any TensorSource) throws -> [Float] {
    let (u, v) = (try weights.floats("\(layer).weight_u"), try weights.floats("\(layer).weight_v"))
    let original = try weights.floats("\(layer).weight_orig")
    var sigma = 0.0
    for (row, u) in u.enumerated() {
      var sum = 0.0
      for column in v.indices { sum += Double(original[row * v.count + column]) * Double(v[column]) }
      sigma += Double(u) * sum
    }
    return original.map { Float(Double($0) / sigma) }
  }

  func floats(_ name: String) throws -> [Float] { values[name] ?? [] }
}
