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
    let file = try FileBytes(path: configurationPath)
    configuration = try naming(configurationPath) { () throws(CheckpointError) in
      guard file.bytes.count <= Self.maximumConfigurationLength else {
        throw CheckpointError(.malformed, "too large for a configuration: \(file.bytes.count) bytes")
      }
      return try ModelConfiguration(json: file.copy())
    }
  }

  /// Opens a direction's weights, after reading all of them once: the file's SHA-256 is the one in
  /// `config.json`, every tensor is stored in the precision named there, every number is finite.  Whether
  /// names and shapes are those of the network is for the network to say.
  /// - Throws: `CheckpointError`, naming the first thing wrong.
  public func open(direction: String) throws -> SafetensorsFile {
    guard let weights = configuration.directions[direction] else {
      let offered = configuration.directions.keys.sorted().joined(separator: ", ")
      throw CheckpointError(.noInput, "\(path): no direction \(quoted(direction)); there is \(offered)")
    }
    let filePath = path + "/" + weights.file
    let bytes = try FileBytes(path: filePath)
    let digest = bytes.sha256()
    guard digest == weights.sha256 else {
      throw CheckpointError(
        .mismatch,
        "\(filePath): its SHA-256 is \(digest), but \(Self.configurationName) says \(weights.sha256): "
          + "the file is damaged, or it was replaced without its configuration")
    }
    let file = try SafetensorsFile(bytes, path: filePath)
    for entry in file.entries where entry.type != StoredType(weights.precision) {
      throw CheckpointError(
        .mismatch,
        "\(filePath): tensor \(quoted(entry.name)) is stored as \(entry.type.rawValue), but "
          + "\(Self.configurationName) says \(weights.precision.rawValue)")
    }
    do { try file.requireFinite() } catch let error as CheckpointError { throw error.about(filePath) }
    return file
  }

  static let configurationName = "config.json"
  /// Far above what a configuration takes.
  static let maximumConfigurationLength = 1 << 20
}
