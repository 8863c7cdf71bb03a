import Checkpoints
import Kernels
import Networks
import Testing

/// A golden file made by Fixtures/make_resnets.py.
struct ResNetFixture: Sendable {
  let generator: ResNetGenerator
  let seed: UInt64
  let image: [Float]

  static let names = [
    "8x2-32x36", "16x3-44x36-dropout", "5x1-36x32-zero", "8x1-32x44-replicate-dropout", "8x2-36x36-both",
    "24x1-44x32-down", "8x1-32x52-up", "8x2-36x32-picture", "8x2-36x32-running-zero-dropout", "32x9-64x64",
    "16x6-64x64-both",
  ]

  init(_ name: String) throws {
    let here = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let file = try SafetensorsFile(path: "/\(here)/Fixtures/resnet-\(name).safetensors")
    let metadata = file.metadata
    func number(_ key: String) -> Int { Int(metadata[key]!)! }
    seed = UInt64(number("seed"))
    image = try file.floats("image")
    generator = try ResNetGenerator(
      baseChannels: number("channels"), residualBlocks: number("blocks"),
      antialiasing: .init(rawValue: metadata["antialiasing"]!)!,
      normalization: metadata["normalization"] == "batch"
        ? .batch(.init(rawValue: metadata["statistics"]!)!) : .instance,
      padding: .init(rawValue: metadata["padding"]!)!, hasDropout: metadata["dropout"] == "True",
      imageHeight: number("height"), imageWidth: number("width"))
  }

  func output(
    _ instructionSet: InstructionSet = .current, precision: ComputePrecision = .f32
  ) throws -> NetworkOutput {
    let packed = try PackedNetwork(
      weights: SeededWeights(network: generator.network, seed: seed), network: generator.network,
      precision: precision, instructionSet: instructionSet)
    let input = SeededWeights.image(
      height: generator.imageHeight, width: generator.imageWidth, seed: seed)
    return try Engine(threads: 2).run(packed, [input])[0]
  }
}

/// The contract with the public PyTorch code: image within 2e-4 anywhere.
@Suite("A ResNet generator computes what PyTorch computes")
struct ResNetGoldenTests {
  @Test("image, on every instruction set", arguments: ResNetFixture.names, InstructionSet.supported)
  func image(name: String, instructionSet: InstructionSet) throws {
    let fixture = try ResNetFixture(name)
    let output = try fixture.output(instructionSet)
    #expect(largestDifference(output.image, fixture.image) <= 2e-4)
    #expect(output.attention == nil)
  }

  @Test("in bf16 the image is within 40 dB", arguments: ResNetFixture.names)
  func bfloat16(name: String) throws {
    let fixture = try ResNetFixture(name)
    let image = try fixture.output(precision: .bf16).image
    let squares = zip(image, fixture.image).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    // The range is 2, so 40 dB are a mean square of 2² / 10⁴.
    let error = squares / Double(image.count)
    #expect(error > 0 && error <= 4e-4)
  }
}
