import Testing

@testable import Checkpoints

@Suite struct ModelConfigurationTests {
  static let example = ModelConfiguration(
    architecture: .ugatit(.init(variant: .light, baseChannels: 32, residualBlocks: 4)), imageWidth: 64,
    imageHeight: 48, domains: .init(a: "selfie", b: "toon"),
    directions: [
      "A2B": .init(file: "A2B.safetensors", sha256: String(repeating: "0a", count: 32), precision: .float16)
    ],
    licence: "CC-BY-4.0", attribution: "Faces by \"someone\", https://example.org/")

  private static let text = """
    {
      "architecture" : "U-GAT-IT",
      "attribution" : "Faces by \\"someone\\", https://example.org/",
      "base_channels" : 32,
      "directions" : {
        "A2B" : {
          "file" : "A2B.safetensors",
          "precision" : "F16",
          "sha256" : "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
        }
      },
      "domains" : {
        "A" : "selfie",
        "B" : "toon"
      },
      "format_version" : 1,
      "image" : {
        "height" : 48,
        "width" : 64
      },
      "licence" : "CC-BY-4.0",
      "residual_blocks" : 4,
      "variant" : "light"
    }

    """

  @Test func theFileIsWrittenWithSortedKeysAndReadBack() throws {
    #expect(String(decoding: try Self.example.json(), as: UTF8.self) == Self.text)
    #expect(try ModelConfiguration(json: Array(Self.text.utf8)) == Self.example)
  }

  private static func example(_ normalization: ModelArchitecture.UGATIT.Normalization, cam: Bool = true)
    -> ModelConfiguration
  {
    var configuration = example
    configuration.architecture = .ugatit(
      .init(variant: .light, baseChannels: 32, residualBlocks: 4, normalization: normalization, cam: cam))
    return configuration
  }

  @Test(arguments: ModelArchitecture.UGATIT.Normalization.allCases)
  func theSecondVersionIsWrittenWhereTheFirstCannotSayIt(
    normalization: ModelArchitecture.UGATIT.Normalization
  ) throws {
    let configuration = Self.example(normalization)
    let json = try configuration.json()
    #expect(try ModelConfiguration(json: json) == configuration)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""format_version" : 2"#) == (normalization != .adalin))
    #expect(text.contains(#""normalization" : "\#(normalization.rawValue)""#) == (normalization != .adalin))
    // Its hyperparameters lie together, and only there.
    let flat = text.replacing(#""hyperparameters""#, with: #""parameters""#)
    if flat != text {
      #expect(
        message { _ = try ModelConfiguration(json: Array(flat.utf8)) }.contains(#""parameters" is not"#))
    }
  }

  private static let judged: ModelConfiguration = {
    var configuration: ModelConfiguration = example
    for (kind, gain) in [(ModelConfiguration.DiscriminatorKind.global, 1 as Float), (.local, 8)] {
      let weights = ModelConfiguration.Weights(
        file: "A2B.\(kind.rawValue).safetensors", sha256: String(repeating: "1b", count: 32),
        precision: .bfloat16)
      configuration.discriminators["A2B", default: [:]][kind] = .init(weights: weights, gain: gain)
    }
    return configuration
  }()

  @Test func discriminatorsAreWrittenInTheSecondVersionAndReadBack() throws {
    let json = try Self.judged.json()
    #expect(try ModelConfiguration(json: json) == Self.judged)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""format_version" : 2"#))
    for (right, wrong, reason) in [
      (#""global" :"#, #""patch" :"#, #""discriminators" has "patch"; there is global and local"#),
      (#""gain" : 8"#, #""gain" : 0"#, #""discriminators.A2B.local.gain" must be positive"#),
      (#""gain" : 8"#, #""loss" : 8"#, #""discriminators.A2B.local.loss" is not a known key"#),
      ("A2B.local.safetensors", "../x", #""discriminators.A2B.local.weights.file" must be the name"#),
      (
        "\"discriminators\" : {\n    \"A2B\"", "\"discriminators\" : {\n    \"B2A\"",
        #""discriminators" has "B2A", which is no direction here"#
      ),
    ] {
      let range = try #require(text.firstRange(of: right), "\(right)")
      let changed = text.replacingCharacters(in: range, with: wrong)
      let refusal = message { _ = try ModelConfiguration(json: Array(changed.utf8)) }
      #expect(refusal.contains(reason), "\(refusal)")
    }
  }

  @Test(arguments: ModelArchitecture.UGATIT.Normalization.allCases)
  func aModelWithoutAClassActivationMapSaysSo(
    normalization: ModelArchitecture.UGATIT.Normalization
  ) throws {
    var configuration = Self.example(normalization, cam: false)
    let json = try configuration.json()
    #expect(try ModelConfiguration(json: json) == configuration)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""format_version" : 2"#) && text.contains(#""cam" : false"#))
    // True may be said, or left out as files did that are older.
    configuration = Self.example(normalization)
    for (said, instead) in [(#""cam" : false"#, #""cam" : true"#), (#""cam" : false,"#, "")] {
      let other = text.replacing(said, with: instead)
      #expect(try ModelConfiguration(json: Array(other.utf8)) == configuration)
    }
    let wrong = text.replacing(#""cam" : false"#, with: #""cam" : "no""#)
    #expect(
      message { _ = try ModelConfiguration(json: Array(wrong.utf8)) }.contains(#""hyperparameters.cam""#))
  }

  static let resnets = ModelArchitecture.ResNet.Antialias.allCases.flatMap { antialias in
    ModelArchitecture.ResNet.Padding.allCases.flatMap { padding in
      [nil, .picture, .running].map { statistics in
        ModelArchitecture.ResNet(
          baseChannels: 64, residualBlocks: 9, antialias: antialias,
          normalization: statistics == nil ? .instance : .batch, statistics: statistics, padding: padding,
          dropout: padding == .zero)
      }
    }
  }

  @Test(arguments: resnets) func aResNetGeneratorIsWrittenAndReadBack(own: ModelArchitecture.ResNet) throws {
    var configuration = Self.example
    configuration.architecture = .resnet(own)
    configuration.resample = .bicubic
    let json = try configuration.json()
    #expect(try ModelConfiguration(json: json) == configuration)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""architecture" : "ResNet""#) && text.contains(#""resample" : "bicubic""#))
    #expect(text.contains(#""format_version" : 2"#))
    // Its public code's, where it is not said.
    let untold = text.split(separator: "\n").filter { !$0.contains("resample") }.joined(separator: "\n")
    #expect(try ModelConfiguration(json: Array(untold.utf8)) == configuration)
    configuration.resample = .bilinear
    #expect(try ModelConfiguration(json: configuration.json()) == configuration)
    for (right, wrong, reason) in [
      (#""ResNet""#, #""CycleGAN""#, #""architecture" is CycleGAN, but only U-GAT-IT and ResNet are known"#),
      (
        #""format_version" : 2"#, #""format_version" : 1"#,
        #""architecture" is ResNet, but only U-GAT-IT is known"#
      ),
      (#""dropout" : \#(own.dropout)"#, #""dropout" : 1"#, #""hyperparameters.dropout""#),
      (#""base_channels" : 64"#, #""base_channels" : 0"#, #""hyperparameters.base_channels" must lie"#),
      (
        #""base_channels" : 64"#, #""base_channels" : 64, "cam" : true"#,
        #""hyperparameters.cam" is not a known key"#
      ),
      (#""resample" : "bicubic""#, #""resample" : "nearest""#, #""resample""#),
      (
        #""normalization" : "\#(own.normalization.rawValue)""#,
        #""normalization" : "\#(own.normalization == .batch ? "instance" : "batch")""#,
        #""hyperparameters.statistics" must be"#
      ),
    ] {
      let refusal = message {
        _ = try ModelConfiguration(json: Array(text.replacing(right, with: wrong).utf8))
      }
      #expect(refusal.contains(reason), "\(refusal)")
    }
  }

  @Test(arguments: [
    (
      #""format_version" : 1"#, #""format_version" : 3"#,
      #""format_version" is 3, but only 1 and 2 are known here"#
    ),
    (#""format_version" : 1"#, #""format_version" : 2"#, #""base_channels" is not a known key"#),
    (#""format_version" : 1,"#, "", #""format_version" is missing"#),
    (#""U-GAT-IT""#, #""CycleGAN""#, #""architecture" is CycleGAN"#),
    (#""variant" : "light""#, #""variant" : "heavy""#, #""variant""#),
    (#""width" : 64"#, #""width" : 0"#, #""image.width" must lie in 1...65536, not 0"#),
    (#""width" : 64"#, #""width" : "64""#, #""image.width" is of the wrong type: a whole number"#),
    (#""width" : 64"#, #""width" : 64.5"#, #""image.width""#),
    (#""width" : 64"#, #""width" : 64, "depth" : 3"#, #""image.depth" is not a known key"#),
    (#""base_channels" : 32"#, #""base_channels" : 99999999999999"#, #""base_channels""#),
    (#""licence" : "CC-BY-4.0","#, "", #""licence" is missing"#),
    (#""licence""#, #""license""#, #""license" is not a known key"#),
    (#""A" : "selfie","#, "", #""domains.A" is missing"#),
    (#""A" : "selfie""#, #""A" : """#, #""domains.A" must not be empty"#),
    (#""A2B" :"#, #""C2D" :"#, #""directions" must have A2B, B2A or both"#),
    (#""F16""#, #""F8""#, #""directions.A2B.precision""#),
    (#""0a0a"#, #""0A0a"#, #""directions.A2B.sha256" must be 64"#),
    ("A2B.safetensors", "../A2B.safetensors", #""directions.A2B.file" must be the name of a file"#),
    ("A2B.safetensors", "/etc/passwd", #""directions.A2B.file" must be"#),
    ("A2B.safetensors", "sub/A2B", #""directions.A2B.file" must be"#),
    ("A2B.safetensors", "..", #""directions.A2B.file" must be"#),
    ("A2B.safetensors", "a\\u0000b", #""directions.A2B.file" must be"#),
    ("A2B.safetensors", "", #""directions.A2B.file" must be"#),
    ("{\n", "", "the file is not valid JSON"),
  ])
  func aMistakeIsToldByItsKey(right: String, wrong: String, reason: String) {
    guard let range = Self.text.firstRange(of: right) else {
      Issue.record("the example has no \(right)")
      return
    }
    let text = Self.text.replacingCharacters(in: range, with: wrong)
    let refusal = message { _ = try ModelConfiguration(json: Array(text.utf8)) }
    #expect(refusal.contains(reason), "\(refusal)")
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
