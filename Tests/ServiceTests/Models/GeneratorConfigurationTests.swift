import Checkpoints
import Images
import Networks
import Testing

@testable import Service

@Suite("A generator and what config.json says of it")
struct GeneratorConfigurationTests {
  static let generators: [Generator] =
    UGATITGenerator.DecoderNormalization.allCases.flatMap { normalization in
      [true, false].map { cam in
        .ugatit(
          try! UGATITGenerator(
            variant: .light, baseChannels: 8, residualBlocks: 2, normalization: normalization, cam: cam,
            imageHeight: 36, imageWidth: 32))
      }
    } + [
      .ugatit(
        try! UGATITGenerator(
          variant: .full, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32))
    ]
    + ResNetGenerator.Antialiasing.allCases.flatMap { antialiasing in
      ResNetGenerator.Padding.allCases.flatMap { padding in
        ([.instance, .batch(.picture), .batch(.running)] as [ResNetGenerator.Normalization]).map {
          .resnet(
            try! ResNetGenerator(
              baseChannels: 5, residualBlocks: 3, antialiasing: antialiasing, normalization: $0,
              padding: padding, hasDropout: padding == .reflect, imageHeight: 40, imageWidth: 32))
        }
      }
    }

  private static func configuration(_ generator: Generator) -> ModelConfiguration {
    ModelConfiguration(
      architecture: generator.architecture, imageWidth: generator.network.imageWidth,
      imageHeight: generator.network.imageHeight, domains: .init(a: "a", b: "b"),
      directions: [
        "A2B": .init(file: "A2B.safetensors", sha256: String(repeating: "0", count: 64), precision: .float32)
      ], licence: "", attribution: "")
  }

  @Test("every one comes back from the file", arguments: generators)
  func roundTrip(generator: Generator) throws {
    let json = try Self.configuration(generator).json()
    #expect(try Generator(ModelConfiguration(json: json)) == generator)
  }

  @Test(
    "what the same weights draw otherwise has another version, and pictures as its public code makes them")
  func descriptions() {
    let described = Self.generators.map { generator in
      ModelDescription(name: "m", configuration: Self.configuration(generator), precision: "f32")
    }
    for (index, generator) in Self.generators.enumerated() {
      let isResNet = if case .resnet = generator { true } else { false }
      #expect(described[index].resample == (isResNet ? .bicubic : .bilinear))
      #expect(described[index].quantization == (isResNet ? .truncated : .rounded))
      #expect(described[index].architecture == (isResNet ? "ResNet" : "U-GAT-IT"))
    }
    func versions(_ matches: (ModelArchitecture) -> Bool) -> Set<String> {
      Set(zip(Self.generators, described).filter { matches($0.0.architecture) }.map(\.1.version))
    }
    let normalizations = versions {
      if case .ugatit(let own) = $0 { own.cam && own.variant == .light } else { false }
    }
    #expect(normalizations.count == 5)
    let plain = versions { if case .resnet(let own) = $0 { own.antialias == .none } else { false } }
    #expect(plain.count == 9)
  }
}
