import Checkpoints
import Networks

/// A checkpoint's tensors, what its generators are, and what an import would leave out.
struct CheckpointReport: Encodable {
  struct GeneratorFacts: Encodable {
    /// Where in the file it lies; empty at the top.
    let path: String
    /// Whether its name says that its weights are averages.
    let averaged: Bool
    var variant: String?
    var baseChannels: Int?
    var residualBlocks: Int?
    var normalization: String?
    /// Whether it has a class activation map.
    var cam: Bool?
    /// Only of a full generator; a light one's shapes do not tell.
    var imageSize: Int?
    var harmless = HarmlessTensors()
    /// Why it cannot be used.
    var problem: String?

    private enum CodingKeys: String, CodingKey {
      case path, averaged, variant, normalization, cam, dropped, ignored, problem
      case baseChannels = "base_channels"
      case residualBlocks = "residual_blocks"
      case imageSize = "image_size"
    }

    init(_ network: NamedNetwork, in file: GeneratorFile) {
      path = network.path
      averaged = network.isAverage
      do {
        let generator = try file.generator(network, .init())
        let shape = generator.configuration
        variant = shape.variant.rawValue
        baseChannels = shape.baseChannels
        residualBlocks = shape.residualBlocks
        normalization = shape.normalization.rawValue
        cam = shape.cam
        imageSize = shape.variant == .full ? shape.imageWidth : nil
        harmless = generator.harmless
      } catch {
        problem = error.description
      }
    }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: CodingKeys.self)
      try members.encode(path, forKey: .path)
      try members.encode(averaged, forKey: .averaged)
      try members.encodeIfPresent(variant, forKey: .variant)
      try members.encodeIfPresent(baseChannels, forKey: .baseChannels)
      try members.encodeIfPresent(residualBlocks, forKey: .residualBlocks)
      try members.encodeIfPresent(normalization, forKey: .normalization)
      try members.encodeIfPresent(cam, forKey: .cam)
      try members.encodeIfPresent(imageSize, forKey: .imageSize)
      try members.encode(harmless.biases, forKey: .dropped)
      try members.encode(harmless.buffers, forKey: .ignored)
      try members.encodeIfPresent(problem, forKey: .problem)
    }

    var sentence: String {
      if let problem { return "cannot be used: \(problem)" }
      let size = imageSize.map { "\($0) x \($0) pixels" } ?? "image size not told by its shapes"
      return
        "\(variant ?? "") generator, \(baseChannels ?? 0) base channels, \(residualBlocks ?? 0) blocks, "
        + "\(normalization ?? ""), \(cam == false ? "no CAM, " : "")\(size)"
    }
  }

  let summary: CheckpointSummary
  /// By the direction that their names tell, else by where in the file they lie.
  let generators: [String: GeneratorFacts]
  /// Tensors that belong to no generator, by top-level name: optimisers, discriminators.
  let others: [String: Int]
  /// What tools counted and left in the file.
  let bookkeeping: [String]
  /// Classes and functions that the file asks for, of which nothing was made or called.
  let passedOver: [String]
  /// What stands under a name instead of a tensor, by what it is.
  let unreadable: [String: String]

  init(_ file: GeneratorFile) {
    let networks = file.networks
    summary = CheckpointSummary(file.file, networks: networks.networks)
    var generators: [String: GeneratorFacts] = [:]
    for network in networks.networks {
      let direction = ModelConfiguration.directionNames.first { "gen" + $0 == network.key }
      let isPlain = !network.isAverage && (direction != nil || network.path.isEmpty)
      let name = isPlain ? direction ?? "A2B" : network.path
      // Of two networks that both say the same, the second is told by its place.
      generators[generators[name] == nil ? name : network.path] = GeneratorFacts(network, in: file)
    }
    self.generators = generators
    others = networks.others.reduce(into: [:]) { others, name in
      if file.file.unreadable[name] == nil { others[String(name.prefix { $0 != "." }), default: 0] += 1 }
    }
    bookkeeping = networks.bookkeeping
    passedOver = file.file.passedOver
    unreadable = file.file.unreadable
  }

  /// What is said beside generators and tensors.
  var lines: [String] {
    var lines: [String] = []
    if !others.isEmpty {
      let listed = others.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
      lines.append("Tensors of no generator, ignored: " + listed.joined(separator: ", "))
    }
    if !bookkeeping.isEmpty {
      lines.append("Counters of tools, ignored: " + bookkeeping.joined(separator: ", "))
    }
    if !passedOver.isEmpty {
      lines.append("Python names passed over, none called: " + passedOver.joined(separator: ", "))
    }
    lines += unreadable.sorted { $0.key < $1.key }.map {
      "No tensor: \($0.key.debugDescription), \($0.value)"
    }
    return lines
  }

  private enum CodingKeys: String, CodingKey {
    case generators, others, bookkeeping, unreadable
    case passedOver = "passed_over"
  }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(generators, forKey: .generators)
    try members.encode(others, forKey: .others)
    try members.encode(bookkeeping, forKey: .bookkeeping)
    try members.encode(passedOver, forKey: .passedOver)
    try members.encode(unreadable, forKey: .unreadable)
  }
}

extension HarmlessTensors {
  /// What an import does with them, for people.
  var lines: [String] {
    var lines: [String] = []
    if !biases.isEmpty {
      lines.append(
        "dropped: \(Self.counted(biases, "bias", "biases")) in front of an instance normalisation, which takes them away"
      )
    }
    if !buffers.isEmpty {
      lines.append(
        "ignored: \(Self.counted(buffers, "buffer", "buffers")) of normalisations, which nothing is normalised by"
      )
    }
    return lines
  }

  private static func counted(_ names: [String], _ one: String, _ several: String) -> String {
    names.count == 1 ? "1 \(one) (\(names[0]))" : "\(names.count) \(several) (\(names[0]), …)"
  }
}
