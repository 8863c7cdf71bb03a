import Checkpoints
import Networks
import Tensors

/// A checkpoint and the generators in it, found under whatever is wrapped around them.
struct GeneratorFile {
  /// One direction's generator in a file.
  struct Generator {
    /// Where it is from.
    let origin: GeneratorFile
    let network: NamedNetwork
    let shape: Networks.Generator
    /// What is there beside its weights, by its own names.
    let harmless: HarmlessTensors
    /// Its weights, and nothing else.
    let weights: RenamedTensors
  }

  let path: String
  let file: any CheckpointFile
  let networks: NamedNetworks

  /// - Throws: `CheckpointError`, naming the file.
  init(path: String) throws {
    self.path = path
    file = try openCheckpoint(path: path)
    let names = file.entries.map(\.name) + file.unreadable.keys
    do {
      networks = try NamedNetworks(in: Set(names), marks: Networks.Generator.marks)
    } catch { throw Failure(.badData, "\(path): \(error)") }
  }

  /// The generators by direction.
  /// - Throws: `Failure`, naming the file, when there is none or it cannot be told which is which.
  func choose(_ choice: DirectionChoice) throws -> [String: NamedNetwork] {
    let chosen: [String: NamedNetwork]
    do { chosen = try choice.generators(in: networks.networks) } catch {
      throw Failure(.badData, "\(path): \(error)")
    }
    guard !chosen.isEmpty else { throw nothingFound }
    return chosen
  }

  /// The generator of one direction.
  func choose(_ choice: DirectionChoice, direction: String) throws -> NamedNetwork {
    let chosen: NamedNetwork?
    do { chosen = try choice.generator(of: direction, in: networks.networks) } catch {
      throw Failure(.badData, "\(path): \(error)")
    }
    guard let chosen else { throw nothingFound }
    return chosen
  }

  /// - Throws: `Failure`, naming the file, the direction and where in the file the generator lies, when it is not one
  ///   that is served.
  func generator(
    _ network: NamedNetwork, direction: String, _ told: Networks.Generator.Told
  ) throws -> Generator {
    do { return try generator(network, told) } catch {
      let place = network.path.isEmpty ? "" : " (\(network.shown))"
      throw Failure(.badData, "\(path): \(direction)\(place): \(error)")
    }
  }

  /// - Throws: `TensorSourceError` when it is not one that is served.
  func generator(
    _ network: NamedNetwork, _ told: Networks.Generator.Told
  ) throws(TensorSourceError) -> Generator {
    let stored = file.stored(network)
    let shape = try Networks.Generator.inferred(from: stored, told)
    let own = Set(shape.network.parameters.map(\.name))
    let weights = RenamedTensors(file, names: network.names.filter { own.contains($0.key) })
    do { try shape.network.checkConstants(in: weights) } catch { throw TensorSourceError("\(error)") }
    return Generator(
      origin: self, network: network, shape: shape, harmless: try shape.network.check(stored),
      weights: weights)
  }

  private var nothingFound: Failure {
    let shapes = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, $0.shape) })
    // A generator that was saved whole says more than what lies beside it.
    let isSavedWhole = file.unreadable.keys.contains { name in
      ModelConfiguration.directionNames.contains { name.split(separator: ".").last == "gen" + $0 }
    }
    if !isSavedWhole, let sentence = ForeignNetwork.sentence(shapes) {
      return Failure(.badData, "\(path): \(sentence)")
    }
    let tops = Set(shapes.keys.map { String($0.prefix { $0 != "." }) }).sorted()
    let listed =
      tops.prefix(8).map(\.debugDescription).joined(separator: ", ") + (tops.count > 8 ? ", …" : "")
    var found = [
      tops.isEmpty ? "no tensors" : "\(shapes.count) tensor\(shapes.count == 1 ? "" : "s") under \(listed)"
    ]
    // Those nearest to the top: a network that was saved whole is one of them.
    let objects = file.unreadable.sorted {
      ($0.key.count { $0 == "." }, $0.key) < ($1.key.count { $0 == "." }, $1.key)
    }
    found += objects.prefix(3).map { "\($0.key.debugDescription), which is \($0.value)" }
    return Failure(
      .badData,
      "\(path): holds no generator of U-GAT-IT (genA2B, genB2A, or one's state dictionary) or of CycleGAN's and CUT's "
        + "kind, but "
        + found.joined(separator: "; ")
        + (objects.isEmpty
          ? ""
          : ". Objects cannot be read: in Python, save "
            + "torch.save({'genA2B': genA2B.state_dict(), 'genB2A': genB2A.state_dict()}, path)"))
  }
}
