import Checkpoints
import Networks
import Tensors

/// A checkpoint and the discriminators in it, found under whatever is wrapped around them.
struct DiscriminatorFile {
  typealias Kind = ModelConfiguration.DiscriminatorKind

  /// One discriminator in a file.
  struct Discriminator {
    let network: NamedNetwork
    let configuration: UGATITDiscriminator
    /// Its weights, and nothing else.
    let weights: RenamedTensors
  }

  /// What its weights do not tell.
  struct Told {
    /// Of the images that it judges, in pixels; nil for the least.
    var imageSize: (height: Int, width: Int)?
    var gain: Float = 1
  }

  let path: String
  let file: any CheckpointFile
  let networks: [NamedNetwork]

  /// - Throws: `CheckpointError`, naming the file.
  init(path: String) throws { try self.init(openCheckpoint(path: path), path: path) }

  /// - Throws: `Failure` where two names of the file are the same one without their wrappers.
  init(_ file: any CheckpointFile, path: String) throws(Failure) {
    self.path = path
    self.file = file
    let names = file.entries.map(\.name) + file.unreadable.keys
    do {
      networks = try NamedNetworks(in: Set(names), marks: UGATITDiscriminator.marks).networks
    } catch { throw Failure(.badData, "\(path): \(error)") }
  }

  /// Those that the public code's names say judge the pictures of a direction: `disGB` and `disLB` those of A2B.
  func named(for direction: String, _ told: Told) throws(Failure) -> [Kind: Discriminator] {
    var discriminators: [Kind: Discriminator] = [:]
    for kind in Kind.allCases {
      let name = Self.publicName(kind, direction)
      let candidates = networks.filter { $0.key == name && !$0.isAverage }
      guard candidates.count < 2 else {
        throw Failure(.badData, "\(path): holds several of the name \(name): \(listed(candidates))")
      }
      if let network = candidates.first { discriminators[kind] = try discriminator(network, told) }
    }
    return discriminators
  }

  /// Those of a file that the user gave for a direction: by their names, or all of a file whose names say nothing.
  func given(for direction: String, _ told: Told) throws(Failure) -> [Kind: Discriminator] {
    guard !networks.isEmpty else {
      throw Failure(
        .badData, "\(path): holds no discriminator of U-GAT-IT (disGA, disLA, or one's state dictionary)")
    }
    let named = try named(for: direction, told)
    if !named.isEmpty { return named }
    let publicNames = Set(
      ModelConfiguration.directionNames.flatMap { direction in
        Kind.allCases.map { Self.publicName($0, direction) }
      })
    guard networks.count <= 2, !networks.contains(where: { publicNames.contains($0.key) }) else {
      let wanted = Kind.allCases.map { Self.publicName($0, direction) }.joined(separator: " and ")
      throw Failure(
        .badData, "\(path): is given for \(direction), which \(wanted) judge, but holds \(listed(networks))")
    }
    var discriminators: [Discriminator] = []
    for network in networks { discriminators.append(try discriminator(network, told)) }
    return try Self.toldApart(discriminators, path: path)
  }

  /// The one that sees more is the global one; one alone is, if it sees more than the method's local one.
  private static func toldApart(_ discriminators: [Discriminator], path: String) throws(Failure) -> [Kind:
    Discriminator]
  {
    let sorted = discriminators.sorted { $0.configuration.layers < $1.configuration.layers }
    if sorted.count == 1 {
      return [sorted[0].configuration.layers > UGATITDiscriminator.localLayers ? .global : .local: sorted[0]]
    }
    guard sorted[0].configuration.layers < sorted[1].configuration.layers else {
      throw Failure(
        .badData,
        "\(path): holds two discriminators of \(sorted[0].configuration.layers) layers, of which neither name nor shape "
          + "tells the local one: save it alone")
    }
    return [.local: sorted[0], .global: sorted[1]]
  }

  /// - Throws: `Failure`, naming the file and where in it the discriminator lies, when it is not one that is served.
  private func discriminator(_ network: NamedNetwork, _ told: Told) throws(Failure) -> Discriminator {
    do {
      let configuration = try configuration(of: network, told)
      let own = Set(configuration.network.parameters.map(\.name))
      return Discriminator(
        network: network, configuration: configuration,
        weights: RenamedTensors(file, names: network.names.filter { own.contains($0.key) }))
    } catch {
      throw Failure(.badData, "\(path): discriminator \(network.shown): \(error)")
    }
  }

  /// - Throws: `TensorSourceError` when it is not one that is served.
  func configuration(
    of network: NamedNetwork, _ told: Told
  ) throws(TensorSourceError) -> UGATITDiscriminator {
    try UGATITDiscriminator.inferred(from: file.stored(network), gain: told.gain, imageSize: told.imageSize)
  }

  private func listed(_ networks: [NamedNetwork]) -> String {
    networks.prefix(8).map(\.shown).joined(separator: ", ") + (networks.count > 8 ? ", …" : "")
  }

  private static func publicName(_ kind: Kind, _ direction: String) -> String {
    (kind == .global ? "disG" : "disL") + (direction == "A2B" ? "B" : "A")
  }
}
