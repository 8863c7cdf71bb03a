import Networks
import Tensors
import Testing

@Suite("UGATITGenerator")
struct UGATITGeneratorTests {
  typealias Variant = UGATITGenerator.Variant
  typealias Normalization = UGATITGenerator.DecoderNormalization
  typealias Shape = (variant: Variant, channels: Int, blocks: Int, height: Int, width: Int)

  @Test(
    "a shape that there is no plan for is refused with the number that is wrong",
    arguments: [
      ((.light, 8, 1, 30, 32), "height 30"), ((.light, 8, 1, 28, 32), "height 28"),
      ((.light, 8, 1, 32, 4100), "width 4100"), ((.light, 8, 1, 32, -4), "width -4"),
      ((.light, 12, 1, 32, 32), "12 base channels"), ((.light, 0, 1, 32, 32), "0 base channels"),
      ((.light, 520, 1, 32, 32), "520 base channels"), ((.light, 8, 0, 32, 32), "0 residual blocks"),
      ((.light, 8, 65, 32, 32), "65 residual blocks"), ((.full, 8, 1, 32, 36), "36×32"),
      ((.light, 512, 1, 4096, 4096), "4096×4096 with 512"), ((.light, 8, 1, .max, .max), "height \(Int.max)"),
    ] as [(Shape, String)])
  func refused(shape: Shape, message: String) {
    let error = #expect(throws: TensorSourceError.self) { try configuration(shape) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
  }

  @Test(
    "is read off the shapes of the weights",
    arguments: [
      (.light, 8, 1, 256, 256), (.light, 64, 4, 256, 256), (.full, 8, 3, 36, 36), (.full, 16, 6, 44, 44),
      (.full, 64, 4, 256, 256),
    ] as [Shape])
  func inference(shape: Shape) throws {
    let expected = try configuration(shape)
    let tensors = Self.tensors(expected)
    #expect(try UGATITGenerator.inferred(from: tensors, imageSize: nil) == expected)
  }

  @Test("a light generator has the image size that is given; a full one refuses all but its own")
  func imageSize() throws {
    let light = Self.tensors(try configuration((.light, 8, 1, 256, 256)))
    #expect(
      try UGATITGenerator.inferred(from: light, imageSize: 128)
        == configuration((.light, 8, 1, 128, 128)))
    #expect(throws: TensorSourceError.self) {
      try UGATITGenerator.inferred(from: light, imageSize: 130)
    }
    let full = Self.tensors(try configuration((.full, 8, 1, 64, 64)))
    #expect(try UGATITGenerator.inferred(from: full, imageSize: 64).imageWidth == 64)
    let error = #expect(throws: TensorSourceError.self) {
      try UGATITGenerator.inferred(from: full, imageSize: 256)
    }
    #expect(error?.description.contains("64×64") == true)
    #expect(error?.description.contains("256") == true)
    #expect(throws: TensorSourceError.self) {
      try UGATITGenerator.inferred(from: full, imageSize: 32)
    }
    // Weights of one size in a configuration of another: the layer that depends on it is named.
    let other = try configuration((.full, 8, 1, 32, 32))
    let wrong = #expect(throws: TensorSourceError.self) { try other.network.check(full) }
    #expect(wrong?.description.contains("FC.0.weight") == true)
    #expect(wrong?.description.contains("[32, 2048]") == true)
  }

  @Test(
    "the decoder's normalisation is read off the weights, or must be said", arguments: Normalization.allCases)
  func normalization(own: Normalization) throws {
    let shape = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 2, normalization: own, imageHeight: 256,
      imageWidth: 256)
    let tensors = Self.tensors(shape)
    let isTold = own == .adalin || own == .adain
    for said in Normalization.allCases.map(Optional.some) + [nil] {
      let found = Result {
        try UGATITGenerator.inferred(from: tensors, imageSize: nil, normalization: said)
      }
      switch found {
      case .success(let found):
        #expect(found.normalization == said ?? own)
        #expect(isTold ? said == nil || said == own : said != nil && said != .adalin && said != .adain)
        // Weights that tell nothing are those of whatever was said.
        #expect(found == shape || !isTold)
      case .failure(let error):
        #expect("\(error)".contains("--normalization"), "\(error)")
        #expect(isTold ? said != nil && said != own : said == nil || said == .adalin || said == .adain)
      }
    }
  }

  @Test(
    "a class activation map is seen in the weights, whatever the decoder; one in part is an incomplete one",
    arguments: Normalization.allCases)
  func cam(normalization: Normalization) throws {
    for cam in [true, false] {
      let shape = try UGATITGenerator(
        variant: .light, baseChannels: 8, residualBlocks: 1, normalization: normalization, cam: cam,
        imageHeight: 256, imageWidth: 256)
      let tensors = Self.tensors(shape)
      #expect(
        try UGATITGenerator.inferred(from: tensors, imageSize: nil, normalization: normalization) == shape)
      for part in ["gap_fc.weight", "gmp_fc.weight", "conv1x1.weight", "conv1x1.bias"] {
        var changed = tensors
        if cam {
          changed[part] = nil
        } else {
          changed[part] = TensorDescription(elementType: .float32, shape: [1])
        }
        let error = #expect(throws: TensorSourceError.self, "\(part)") {
          try UGATITGenerator.inferred(from: changed, imageSize: nil, normalization: normalization)
        }
        // Whichever of the others is missed first, or the one that is there, for its shape.
        let named = cam ? "no tensor \(part)" : "gap_fc.weight"
        #expect(error?.description.contains(named) == true, "\(error?.description ?? "no error")")
      }
    }
  }

  @Test("what takes nothing from the image is no full generator", arguments: ["in", "ln", "gn"])
  func full(normalization: String) {
    let error = #expect(throws: TensorSourceError.self) {
      try UGATITGenerator(
        variant: .full, baseChannels: 8, residualBlocks: 2,
        normalization: Normalization(rawValue: normalization)!,
        imageHeight: 32, imageWidth: 32)
    }
    #expect(error?.description.contains("normalised by \(normalization)") == true)
  }

  @Test("a weight that is missing, or has another shape, is named", arguments: [Variant.light, .full])
  func named(variant: Variant) throws {
    let configuration = try configuration((variant, 8, 2, 32, 32))
    let tensors = Self.tensors(configuration)
    for parameter in configuration.network.parameters {
      var incomplete = tensors
      incomplete[parameter.name] = nil
      let missing = #expect(throws: TensorSourceError.self) { try configuration.network.check(incomplete) }
      #expect(missing?.description.contains(parameter.name) == true)

      var reshaped = tensors
      reshaped[parameter.name]?.shape[0] += 1
      let wrong = #expect(throws: TensorSourceError.self) { try configuration.network.check(reshaped) }
      #expect(wrong?.description.contains(parameter.name) == true)
      #expect(wrong?.description.contains("\(parameter.shape)") == true)
    }
  }

  @Test(
    "shapes that make no sense are refused, however large",
    arguments: [
      ("DownBlock.1.weight", [8, 3, 7]), ("DownBlock.1.weight", [8, 4, 7, 7]),
      ("DownBlock.1.weight", [.max, 3, 7, 7]), ("DownBlock.1.weight", [0, 3, 7, 7]),
      ("DownBlock.1.weight", [-8, 3, 7, 7]), ("DownBlock.1.weight", []), ("FC.0.weight", [32]),
      ("FC.0.weight", [32, 0]), ("FC.0.weight", [32, 33]), ("FC.0.weight", [32, 96]),
      ("FC.0.weight", [32, .max]), ("FC.0.weight", [32, -32]), ("FC.0.weight", [32, 1 << 60]),
    ])
  func nonsense(name: String, shape: [Int]) throws {
    var tensors = Self.tensors(try configuration((.light, 8, 1, 256, 256)))
    tensors[name]?.shape = shape
    #expect(throws: TensorSourceError.self) {
      try UGATITGenerator.inferred(from: tensors, imageSize: nil)
    }
  }

  private func configuration(_ shape: Shape) throws -> UGATITGenerator {
    try UGATITGenerator(
      variant: shape.variant, baseChannels: shape.channels, residualBlocks: shape.blocks,
      imageHeight: shape.height, imageWidth: shape.width)
  }

  private static func tensors(_ configuration: UGATITGenerator) -> [String: TensorDescription] {
    SeededWeights(network: configuration.network, seed: 0).tensors
  }
}
