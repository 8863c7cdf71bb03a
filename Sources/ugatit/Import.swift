import ArgumentParser
import Checkpoints
import Files
import FoundationEssentials
import Networks

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a model directory of a public U-GAT-IT PyTorch checkpoint.",
    discussion: """
      Reads the zip and the legacy format of torch.save, and safetensors; executes nothing that is in them. Variant, \
      channels, blocks and a full generator's image size are read off the weights.
      """)

  @Argument(help: "The checkpoint (.pt, .pth, .safetensors).")
  var checkpoint: String

  @Option(help: "What the model is called: letters, digits, '-', '_' and '.'.")
  var name: String

  @Option(help: "Directory of model directories.")
  var models = "models"

  @Option(help: "How the weights are stored.")
  var precision = StoredPrecision.f32

  @Option(help: "What domain A is called, such as selfie.")
  var source = "A"

  @Option(help: "What domain B is called, such as anime.")
  var target = "B"

  @Option(help: "Side of the images that a light generator was trained on; 256 if not given.")
  var imageSize: Int?

  @Option(help: "Licence of the weights: an SPDX identifier or a sentence.")
  var licence = "unknown"

  @Option(help: "Whom the licence asks to name.")
  var attribution = ""

  @Flag(help: "Replace a model of this name.")
  var replace = false

  func validate() throws {
    let isFit = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.".utf8.contains(byte)
    }
    guard isFit, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 64 else {
      throw ValidationError(
        "--name must be 1 to 64 letters, digits, '-', '_' or '.', and not begin with '.'.")
    }
    guard !source.isEmpty, !target.isEmpty else { throw ValidationError("A domain needs a name.") }
  }

  func run() throws {
    let parts = try NetworkParts(try openCheckpoint(path: checkpoint))
    var weights: [String: PrefixedTensors] = [:]
    for direction in ModelConfiguration.directionNames {
      weights[direction] = parts.generator(direction: direction)
    }
    let shape = try commonShape(of: weights)
    let configuration = ModelConfiguration(
      variant: shape.variant == .light ? .light : .full, imageWidth: shape.imageWidth,
      imageHeight: shape.imageHeight, baseChannels: shape.baseChannels, residualBlocks: shape.residualBlocks,
      domains: .init(a: source, b: target), licence: licence, attribution: attribution)
    let path = "\(models)/\(name)"
    let written = try ModelDirectoryWriter.write(
      configuration, weights: weights, precision: precision.elementType, to: path, replace: replace)
    try writeCard(written, to: path)
    report(written, path: path)
  }

  /// The shape of the generators, which is the same for both directions.
  private func commonShape(of weights: [String: PrefixedTensors]) throws -> GeneratorConfiguration {
    var common: (direction: String, shape: GeneratorConfiguration)?
    for (direction, source) in weights.sorted(by: { $0.key < $1.key }) {
      let shape = try GeneratorConfiguration.inferred(from: source.tensors, imageSize: imageSize)
      if let common, common.shape != shape {
        throw Failure(
          .badData, "\(checkpoint): \(common.direction) and \(direction) are generators of unlike shapes")
      }
      common = (direction, shape)
    }
    guard let common else {
      throw Failure(.badData, "\(checkpoint): holds no generator (genA2B or genB2A)")
    }
    return common.shape
  }

  /// A model card to be filled in; one that is there already is somebody's work.
  private func writeCard(_ model: ModelConfiguration, to path: String) throws {
    let card = "\(path)/README.md"
    guard !FileManager.default.fileExists(atPath: card) else { return }
    let text = """
      # \(name)

      U-GAT-IT generators, imported with `ugatit import`.

      - Domains: A is \(model.domains.a), B is \(model.domains.b)
      - Directions: \(model.directions.keys.sorted().joined(separator: ", "))
      - Generator: \(model.variant.rawValue), \(model.baseChannels) base channels, \(model.residualBlocks) blocks, \
      \(model.imageWidth) x \(model.imageHeight) pixels
      - Weights: \(precision.elementType.rawValue)
      - Licence: \(model.licence)
      - Attribution: \(model.attribution.isEmpty ? "none" : model.attribution)

      """
    try WholeFile.write(Array(text.utf8), to: FilePath(card))
  }

  private func report(_ model: ModelConfiguration, path: String) {
    print(
      "\(path): \(model.variant.rawValue) generator, \(model.imageWidth) x \(model.imageHeight), "
        + "\(model.baseChannels) base channels, \(model.residualBlocks) blocks, \(precision.elementType.rawValue)"
    )
    for direction in model.directions.keys.sorted() {
      let (from, to) =
        direction == "A2B" ? (model.domains.a, model.domains.b) : (model.domains.b, model.domains.a)
      print("  \(direction): \(from) -> \(to)")
    }
    if model.variant == .light && imageSize == nil {
      print("  The image size is a guess: a light generator's weights do not tell it. --image-size says it.")
    }
    print("Serve it:  ugatit serve --models \(models)")
  }
}
