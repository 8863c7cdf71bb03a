import Checkpoints
import Networks
import Service

/// A checkpoint's tensors, what its generators are, and what an import would leave out.
struct CheckpointReport: Encodable {
  struct GeneratorFacts: Encodable {
    /// Where in the file it lies; empty at the top.
    let path: String
    /// Whether its name says that its weights are averages.
    let averaged: Bool
    var architecture: ModelArchitecture?
    /// Only of a full generator; the others' shapes do not tell.
    var imageSize: Int?
    var harmless = HarmlessTensors()
    /// Why it cannot be used.
    var problem: String?

    private enum CodingKeys: String, CodingKey {
      case path, averaged, architecture, variant, normalization, cam, padding, dropout, dropped, ignored,
        problem
      case baseChannels = "base_channels"
      case residualBlocks = "residual_blocks"
      case imageSize = "image_size"
    }

    init(_ network: NamedNetwork, in file: GeneratorFile) {
      path = network.path
      averaged = network.isAverage
      do {
        let generator = try file.generator(network, .init())
        architecture = generator.shape.architecture
        if case .ugatit(let own) = generator.shape, own.variant == .full { imageSize = own.imageWidth }
        harmless = generator.harmless
      } catch {
        problem = error.description
      }
    }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: CodingKeys.self)
      try members.encode(path, forKey: .path)
      try members.encode(averaged, forKey: .averaged)
      if let architecture { try encode(architecture, into: &members) }
      try members.encodeIfPresent(imageSize, forKey: .imageSize)
      try members.encode(harmless.biases, forKey: .dropped)
      try members.encode(harmless.buffers, forKey: .ignored)
      try members.encodeIfPresent(problem, forKey: .problem)
    }

    private func encode(
      _ architecture: ModelArchitecture, into members: inout KeyedEncodingContainer<CodingKeys>
    ) throws {
      try members.encode(architecture.name, forKey: .architecture)
      try members.encode(architecture.variant, forKey: .variant)
      try members.encode(architecture.baseChannels, forKey: .baseChannels)
      try members.encode(architecture.residualBlocks, forKey: .residualBlocks)
      switch architecture {
      case .ugatit(let own):
        try members.encode(own.normalization, forKey: .normalization)
        try members.encode(own.cam, forKey: .cam)
      case .resnet(let own):
        try members.encode(own.normalization, forKey: .normalization)
        try members.encode(own.padding, forKey: .padding)
        try members.encode(own.dropout, forKey: .dropout)
      }
    }

    var sentence: String {
      guard let architecture else { return "cannot be used: \(problem ?? "")" }
      let size = imageSize.map { "\($0) x \($0) pixels" } ?? "image size not told by its shapes"
      return "\(architecture.name.rawValue), \(architecture.kind), \(architecture.details), \(size)"
    }
  }

  struct DiscriminatorFacts: Encodable {
    var layers: Int?
    var baseChannels: Int?
    /// Images that it judges together.
    var images: Int?
    var cam: Bool?
    /// Why it cannot be used.
    var problem: String?

    private enum CodingKeys: String, CodingKey {
      case layers, images, cam, problem
      case baseChannels = "base_channels"
    }

    init(_ network: NamedNetwork, in file: DiscriminatorFile) {
      do {
        let shape = try file.configuration(of: network, .init())
        layers = shape.layers
        baseChannels = shape.baseChannels
        images = shape.images
        cam = shape.cam
      } catch { problem = error.description }
    }

    var sentence: String {
      if let problem { return "cannot be used: \(problem)" }
      return "discriminator, \(layers ?? 0) layers, \(baseChannels ?? 0) base channels"
        + (images ?? 1 > 1 ? ", \(images ?? 1) images together" : "") + (cam == false ? ", no CAM" : "")
    }
  }

  let summary: CheckpointSummary
  /// By the direction that their names tell, else by where in the file they lie.
  let generators: [String: GeneratorFacts]
  /// By where in the file they lie.
  let discriminators: [String: DiscriminatorFacts]
  /// Tensors that belong to neither, by top-level name: optimisers.
  let others: [String: Int]
  /// What tools counted and left in the file.
  let bookkeeping: [String]
  /// Classes and functions that the file asks for, of which nothing was made or called.
  let passedOver: [String]
  /// What stands under a name instead of a tensor, by what it is.
  let unreadable: [String: String]

  init(_ file: GeneratorFile) throws {
    let networks = file.networks
    let judges = try DiscriminatorFile(file.file, path: file.path)
    // A generator at the top claims every name.
    let apart = judges.networks.filter { judge in judge.names.values.allSatisfy(Set(networks.others).contains)
    }
    summary = CheckpointSummary(file.file, networks: networks.networks + apart)
    discriminators = Dictionary(
      uniqueKeysWithValues: apart.map { ($0.path, DiscriminatorFacts($0, in: judges)) })
    var generators: [String: GeneratorFacts] = [:]
    for network in networks.networks {
      let direction = ModelConfiguration.directionNames.first { "gen" + $0 == network.key }
      let isPlain = !network.isAverage && (direction != nil || network.path.isEmpty)
      let name = isPlain ? direction ?? "A2B" : network.path
      // Of two networks that both say the same, the second is told by its place.
      generators[generators[name] == nil ? name : network.path] = GeneratorFacts(network, in: file)
    }
    self.generators = generators
    let judging = Set(apart.flatMap(\.names.values))
    others = networks.others.reduce(into: [:]) { others, name in
      if judging.contains(name) { return }
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
      lines.append(
        "Tensors of neither generator nor discriminator, ignored: " + listed.joined(separator: ", "))
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
    case generators, discriminators, others, bookkeeping, unreadable
    case passedOver = "passed_over"
  }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(generators, forKey: .generators)
    try members.encode(discriminators, forKey: .discriminators)
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
