import ArgumentParser
import Checkpoints
import Files
import FoundationEssentials
import Networks
import Service

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Make a model directory of a public PyTorch checkpoint of U-GAT-IT, CycleGAN, CUT and their kin.",
    discussion: """
      Reads the zip and the legacy format of torch.save, and safetensors; executes nothing that is in them. Family, variant, \
      channels, blocks and a full generator's image size are read off the weights. Dictionaries, DataParallel, \
      torch.compile and Lightning may be wrapped around them. A tensor that the network has no place for is refused \
      by name, because the pictures would be others; biases in front of an instance normalisation change nothing and \
      are dropped.
      """)

  @Argument(
    help: .init(
      "The checkpoint (.pt, .pth, .safetensors), or that of A2B and that of B2A.", valueName: "checkpoint"))
  var checkpoints: [String]

  @Option(.modelName, "What the model is called: letters, digits, '-', '_' and '.'.")
  var name: String

  @OptionGroup private var folder: ModelsOption

  @Option(help: "How the weights are stored.")
  var precision = StoredPrecision.f32

  @Option(help: "What domain A is called, such as selfie.")
  var source = "A"

  @Option(help: "What domain B is called, such as anime.")
  var target = "B"

  @Option(
    help:
      "Side of the images that a light or ResNet generator was trained on, or is to draw; 256 if not given.")
  var imageSize: Int?

  @Option(
    help: "What a checkpoint's only generator translates, when no name in it says so; A2B if not given.")
  var direction: Direction?

  @Option(
    help: .init(
      "Where in the checkpoint the generator from A to B lies, such as G_A, when no known name says so.",
      valueName: "key"))
  var a2b: String?

  @Option(help: .init("Where the one from B to A lies.", valueName: "key"))
  var b2a: String?

  @Option(
    help: .init(
      "The file of what judges the pictures from A to B, where the checkpoint has no disGB and disLB.",
      valueName: "file"))
  var discriminatorA2b: String?

  @Option(help: .init("The file of what judges those from B to A.", valueName: "file"))
  var discriminatorB2a: String?

  @Option(
    help: "What the discriminators' features are multiplied by: --gain of our training; 1 if not given.")
  var discriminatorGain: Float?

  private var gain: Float { discriminatorGain ?? 1 }

  @Flag(help: "Leave discriminators out.")
  var generatorsOnly = false

  @Flag(help: "Take averaged weights (genA2B_ema) instead of the last ones.")
  var ema = false

  @Option(
    help: .init(
      "What the decoder is normalised by, where the weights do not tell: in, ln and gn have the same ones.",
      valueName: "name"))
  var normalization: UGATITGenerator.DecoderNormalization?

  @Option(
    help: .init(
      "What the residual blocks of a ResNet generator see beyond the border, where the weights do not tell: reflect "
        + "if not given, or replicate.", valueName: "name"))
  var padding: ResNetGenerator.Padding?

  @Option(
    help: .init(
      "What a ResNet generator with batch normalisation is normalised by: picture, as the public test script does, if "
        + "not given, or running, the statistics of training.", valueName: "name"))
  var statistics: BatchStatistics?

  @Option(help: "Licence of the weights: an SPDX identifier or a sentence.")
  var licence = "unknown"

  @Option(help: "Whom the licence asks to name.")
  var attribution = ""

  @Flag(help: "Replace a model of this name.")
  var replace = false

  private var models: String { folder.models }

  func validate() throws {
    guard !source.isEmpty, !target.isEmpty else { throw ValidationError("A domain needs a name.") }
    guard (1...2).contains(checkpoints.count) else {
      throw ValidationError("One checkpoint, or two: that of A2B, then that of B2A.")
    }
    guard direction == nil || (checkpoints.count == 1 && a2b == nil && b2a == nil) else {
      throw ValidationError("--direction is for one checkpoint, without --a2b and --b2a.")
    }
    guard !generatorsOnly || (discriminatorA2b == nil && discriminatorB2a == nil) else {
      throw ValidationError("--generators-only is without --discriminator-a2b and --discriminator-b2a.")
    }
    guard gain > 0, gain.isFinite else {
      throw ValidationError("--discriminator-gain is above 0.")
    }
  }

  func run() throws {
    let (generators, others) = try generators()
    let shape = try commonShape(of: generators)
    let discriminators = try discriminators(of: generators, shape)
    let configuration = ModelConfiguration(
      architecture: shape.architecture, imageWidth: shape.network.imageWidth,
      imageHeight: shape.network.imageHeight, domains: .init(a: source, b: target), licence: licence,
      attribution: attribution)
    let path = "\(models)/\(name)"
    let written = try ModelDirectoryWriter.write(
      configuration, weights: generators.mapValues(\.weights),
      discriminators: discriminators.mapValues { kinds in
        kinds.mapValues { DiscriminatorWeights(source: $0.weights, gain: gain) }
      }, precision: precision.elementType, to: path, replace: replace)
    try writeCard(written, to: path)
    report(written, generators, discriminators, leftOut: others, path: path)
  }

  /// What the user says of the networks.
  private var told: Generator.Told {
    var told = Generator.Told()
    told.imageSize = imageSize
    told.normalization = normalization
    told.padding = padding
    told.statistics = statistics
    return told
  }

  /// The generators by direction, and those that the files have besides.
  private func generators() throws -> (chosen: [String: GeneratorFile.Generator], others: [NamedNetwork]) {
    var choice = DirectionChoice()
    choice.keys["A2B"] = a2b
    choice.keys["B2A"] = b2a
    choice.direction = direction?.rawValue
    choice.takesAverages = ema
    if checkpoints.count == 1 {
      let file = try GeneratorFile(path: checkpoints[0])
      let networks = try file.choose(choice)
      return (
        try Dictionary(
          uniqueKeysWithValues: networks.map { direction, network in
            (direction, try file.generator(network, direction: direction, told))
          }),
        file.networks.networks.filter { !networks.values.contains($0) }
      )
    }
    var generators: [String: GeneratorFile.Generator] = [:]
    var others: [NamedNetwork] = []
    for (direction, path) in zip(ModelConfiguration.directionNames, checkpoints) {
      let file = try GeneratorFile(path: path)
      let network = try file.choose(choice, direction: direction)
      generators[direction] = try file.generator(network, direction: direction, told)
      others += file.networks.networks.filter { $0 != network }
    }
    return (generators, others)
  }

  /// What judges the pictures of each direction: that of the file given for it, else that which lies beside its generator.
  private func discriminators(
    of generators: [String: GeneratorFile.Generator], _ shape: Generator
  ) throws -> [String: [ModelConfiguration.DiscriminatorKind: DiscriminatorFile.Discriminator]] {
    if generatorsOnly { return [:] }
    let told = DiscriminatorFile.Told(
      imageSize: (shape.network.imageHeight, shape.network.imageWidth), gain: gain)
    let given = ["A2B": discriminatorA2b, "B2A": discriminatorB2a].compactMapValues(\.self)
    if let direction = given.keys.sorted().first(where: { generators[$0] == nil }) {
      throw Failure(
        .badData,
        "--discriminator-\(direction.lowercased()): what it would judge is not here: there is no generator \(direction)"
      )
    }
    return try generators.reduce(into: [:]) { discriminators, generator in
      let (direction, origin) = (generator.key, generator.value.origin)
      let found: [ModelConfiguration.DiscriminatorKind: DiscriminatorFile.Discriminator]
      if let path = given[direction] {
        found = try DiscriminatorFile(path: path).given(for: direction, told)
      } else {
        do throws(Failure) {
          found = try DiscriminatorFile(origin.file, path: origin.path).named(for: direction, told)
        } catch {
          throw Failure(.badData, "\(error.message). --generators-only imports without it")
        }
      }
      if !found.isEmpty { discriminators[direction] = found }
    }
  }

  /// The shape of the generators, which is the same for both directions.
  private func commonShape(of generators: [String: GeneratorFile.Generator]) throws -> Generator {
    let shapes = Set(generators.values.map(\.shape))
    guard let shape = shapes.first, shapes.count == 1 else {
      let listed = generators.sorted { $0.key < $1.key }.map { direction, generator in
        let (architecture, network) = (generator.shape.architecture, generator.shape.network)
        return
          "\(direction) is a \(architecture.name.rawValue) \(architecture.kind), \(architecture.details), "
          + "\(network.imageWidth) x \(network.imageHeight)"
      }
      throw Failure(
        .badData,
        "\(checkpoints.joined(separator: ", ")): one model's generators have one shape, but "
          + listed.joined(separator: ", ") + ": import each by itself, with --a2b or --b2a")
    }
    return shape
  }

  /// A model card to be filled in; one that is there already is somebody's work.
  private func writeCard(_ model: ModelConfiguration, to path: String) throws {
    let card = "\(path)/README.md"
    guard !FileManager.default.fileExists(atPath: card) else { return }
    let text = """
      # \(name)

      \(model.architecture.name.rawValue) generators, imported with `ugatit import`.

      - Domains: A is \(model.domains.a), B is \(model.domains.b)
      - Directions: \(model.directions.keys.sorted().joined(separator: ", "))
      - Generator: \(model.architecture.variant), \(model.architecture.details), \
      \(model.imageWidth) x \(model.imageHeight) pixels
      - Discriminators: \(discriminatorNames(model))
      - Weights: \(precision.elementType.rawValue)
      - Licence: \(model.licence)
      - Attribution: \(model.attribution.isEmpty ? "none" : model.attribution)

      """
    try WholeFile.write(Array(text.utf8), to: FilePath(card))
  }

  private func discriminatorNames(_ model: ModelConfiguration) -> String {
    let listed = model.discriminators.sorted { $0.key < $1.key }.map { direction, kinds in
      "\(direction) \(kinds.keys.map(\.rawValue).sorted().joined(separator: " and "))"
    }
    return listed.isEmpty ? "none" : listed.joined(separator: ", ")
  }

  private func report(
    _ model: ModelConfiguration, _ generators: [String: GeneratorFile.Generator],
    _ discriminators: [String: [ModelConfiguration.DiscriminatorKind: DiscriminatorFile.Discriminator]],
    leftOut: [NamedNetwork], path: String
  ) {
    print(
      "\(path): \(model.architecture.name.rawValue), \(model.architecture.kind), "
        + "\(model.imageWidth) x \(model.imageHeight), \(model.architecture.details), "
        + precision.elementType.rawValue)
    for (direction, generator) in generators.sorted(by: { $0.key < $1.key }) {
      let (from, to) =
        direction == "A2B" ? (model.domains.a, model.domains.b) : (model.domains.b, model.domains.a)
      let place = generator.network.key == "gen" + direction ? "" : ", from \(generator.network.shown)"
      print(
        "  \(direction): \(from) -> \(to)\(place)\(generator.network.isAverage ? " (averaged weights)" : "")")
      for line in generator.harmless.lines { print("    \(line)") }
      for (kind, judge) in (discriminators[direction] ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }
      ) {
        print("    judged by \(judge.network.shown): \(kind.rawValue), \(judge.configuration.layers) layers")
      }
    }
    for other in leftOut {
      print(
        "  Not imported: \(other.shown)\(other.isAverage && !ema ? ", averaged weights, which --ema takes" : "")"
      )
    }
    for guess in guesses(model.architecture) { print("  \(guess)") }
    print("Serve it:  ugatit serve --models \(models)")
  }

  /// What the weights do not tell and nobody has said.
  private func guesses(_ architecture: ModelArchitecture) -> [String] {
    var guesses: [String] = []
    if case .ugatit(let own) = architecture, own.variant == .full {
    } else if imageSize == nil {
      guesses.append("The image size is a guess: the weights do not tell it. --image-size says it.")
    }
    if case .resnet(let own) = architecture {
      if padding == nil && own.padding != .zero {
        guesses.append(
          "That the blocks reflect the border is the public default: --padding replicate says otherwise.")
      }
      if own.statistics != nil && statistics == nil {
        guesses.append(
          "Each picture is normalised by its own statistics, as the public test script does: --statistics running "
            + "says otherwise.")
      }
    }
    return guesses
  }
}

extension UGATITGenerator.DecoderNormalization: ExpressibleByArgument {}
extension ResNetGenerator.Padding: ExpressibleByArgument {}
extension BatchStatistics: ExpressibleByArgument {}
