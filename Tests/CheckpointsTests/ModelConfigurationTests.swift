import Testing

@testable import Checkpoints

@Suite struct ModelConfigurationTests {
  static let example = ModelConfiguration(
    variant: .light, imageWidth: 64, imageHeight: 48, baseChannels: 32, residualBlocks: 4,
    domains: .init(a: "selfie", b: "toon"),
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

  @Test(arguments: ModelConfiguration.Normalization.allCases)
  func theSecondVersionIsWrittenWhereTheFirstCannotSayIt(normalization: ModelConfiguration.Normalization)
    throws
  {
    var configuration = Self.example
    configuration.normalization = normalization
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

  @Test(arguments: ModelConfiguration.Normalization.allCases)
  func aModelWithoutAClassActivationMapSaysSo(normalization: ModelConfiguration.Normalization) throws {
    var configuration = Self.example
    configuration.normalization = normalization
    configuration.cam = false
    let json = try configuration.json()
    #expect(try ModelConfiguration(json: json) == configuration)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""format_version" : 2"#) && text.contains(#""cam" : false"#))
    // True may be said, or left out as files did that are older.
    configuration.cam = true
    for (said, instead) in [(#""cam" : false"#, #""cam" : true"#), (#""cam" : false,"#, "")] {
      let other = text.replacing(said, with: instead)
      #expect(try ModelConfiguration(json: Array(other.utf8)) == configuration)
    }
    let wrong = text.replacing(#""cam" : false"#, with: #""cam" : "no""#)
    #expect(
      message { _ = try ModelConfiguration(json: Array(wrong.utf8)) }.contains(#""hyperparameters.cam""#))
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
