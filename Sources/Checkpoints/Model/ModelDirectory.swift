import Files
import Tensors

/// A model on disk: `config.json` and one safetensors file per direction.
public struct ModelDirectory: Sendable {
  public let path: String
  public let configuration: ModelConfiguration

  /// Reads and checks `config.json`; the weights are left alone until they are opened.
  /// - Throws: `CheckpointError`, naming the file and the first thing wrong with it.
  public init(path: String) throws {
    self.path = path
    let configurationPath = path + "/" + Self.configurationName
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try RegularFile(FilePath(configurationPath)).read(Self.maximumConfigurationLength + 1)
    } catch {
      throw CheckpointError(reading: error)
    }
    configuration = try naming(configurationPath) { () throws(CheckpointError) in
      guard bytes.count <= Self.maximumConfigurationLength else {
        throw CheckpointError(
          .malformed,
          "too large for a configuration, which has at most \(Self.maximumConfigurationLength) bytes")
      }
      return try ModelConfiguration(json: bytes)
    }
  }

  /// Reads a direction's weights into memory, and checks all of them: the file's SHA-256 is the one in
  /// `config.json`, every tensor is stored in the precision named there, every number is finite.  Whether
  /// names and shapes are those of the network is for the network to say.
  /// - Parameter checkpoint: called every few megabytes, also when the weights are used; what it throws ends that.
  /// - Throws: `CheckpointError`, naming the first thing wrong; or what `checkpoint` throws.
  public func open(
    direction: String, checkpoint: @escaping @Sendable () throws -> Void = {}
  ) throws -> LoadedTensors {
    guard let weights = configuration.directions[direction] else {
      let offered = configuration.directions.keys.sorted().joined(separator: ", ")
      throw CheckpointError(.noInput, "\(path): no direction \(quoted(direction)); there is \(offered)")
    }
    return try open(weights, checkpoint)
  }

  /// The same of what judges a direction's pictures.
  public func open(
    discriminator kind: ModelConfiguration.DiscriminatorKind, of direction: String,
    checkpoint: @escaping @Sendable () throws -> Void = {}
  ) throws -> LoadedTensors {
    guard let discriminator = configuration.discriminators[direction]?[kind] else {
      throw CheckpointError(
        .noInput, "\(path): no \(kind.rawValue) discriminator of direction \(quoted(direction))")
    }
    return try open(discriminator.weights, checkpoint)
  }

  private func open(
    _ weights: ModelConfiguration.Weights, _ checkpoint: @escaping @Sendable () throws -> Void
  ) throws -> LoadedTensors {
    let filePath = path + "/" + weights.file
    let tensors = try LoadedTensors(path: filePath, checkpoint: checkpoint)
    guard tensors.sha256 == weights.sha256 else {
      throw CheckpointError(
        .mismatch,
        "\(filePath): its SHA-256 is \(tensors.sha256), but \(Self.configurationName) says \(weights.sha256): "
          + "the file is damaged, or it was replaced without its configuration")
    }
    for entry in tensors.entries where entry.type != StoredType(weights.precision) {
      throw CheckpointError(
        .mismatch,
        "\(filePath): tensor \(quoted(entry.name)) is stored as \(entry.type.rawValue), but "
          + "\(Self.configurationName) says \(weights.precision.rawValue)")
    }
    do { try tensors.requireFinite() } catch let error as CheckpointError { throw error.about(filePath) }
    return tensors
  }

  static let configurationName = "config.json"
  /// Far above what a configuration takes.
  static let maximumConfigurationLength = 1 << 20
}
