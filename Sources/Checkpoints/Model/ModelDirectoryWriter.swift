import Files
import FoundationEssentials
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What a discriminator is to be written of.
public struct DiscriminatorWeights: Sendable {
  /// Under the discriminator's own names.
  public var source: any TensorSource
  /// What its features are multiplied by.
  public var gain: Float

  public init(source: any TensorSource, gain: Float = 1) {
    self.source = source
    self.gain = gain
  }
}

/// Writes model directories, each complete or not at all.
public enum ModelDirectoryWriter {
  /// Writes `weights` as `A2B.safetensors`, `B2A.safetensors`, `discriminators` as `A2B.global.safetensors` and the like,
  /// and `config.json` into a directory beside
  /// `path` (its name starts with a dot) and renames that into place.
  ///
  /// - Parameters:
  ///   - configuration: what `config.json` shall say; its `directions` and `discriminators` are those written here.
  ///   - weights: by direction, "A2B" or "B2A", under the generator's own names.
  ///   - discriminators: of these directions.
  ///   - replace: whether a model that is there already may go.  Its `config.json` and safetensors files do;
  ///     everything else in it, such as `README.md`, is kept.
  /// - Returns: the configuration as written.
  /// - Throws: `CheckpointError.output` when something is in the way or writing fails, and what
  ///   `SafetensorsWriter.write` throws; nothing is changed then.
  @discardableResult
  public static func write(
    _ configuration: ModelConfiguration, weights: [String: any TensorSource],
    discriminators: [String: [ModelConfiguration.DiscriminatorKind: DiscriminatorWeights]] = [:],
    precision: ElementType, to path: String, replace: Bool = false
  ) throws -> ModelConfiguration {
    precondition(weights.keys.allSatisfy(ModelConfiguration.directionNames.contains), "unknown direction")
    let path = withoutTrailingSlashes(path)
    let exists = try checkPlace(path, replace: replace)
    var written = configuration
    (written.directions, written.discriminators) = ([:], [:])

    let unfinished = try makeDirectory(for: path)
    let temporary = String(decoding: unfinished.path.bytes, as: UTF8.self)
    do {
      try fill(temporary, &written, weights, discriminators, precision)
    } catch let error as CheckpointError where error.kind == .output {
      // Whoever reads it knows the directory by its own name.
      throw CheckpointError(.output, error.description.replacing(temporary, with: path))
    }
    try unfinished.commit { try exists ? exchange(path, with: temporary) : move(temporary, to: path) }
    return written
  }

  private static func fill(
    _ directory: String, _ configuration: inout ModelConfiguration, _ weights: [String: any TensorSource],
    _ discriminators: [String: [ModelConfiguration.DiscriminatorKind: DiscriminatorWeights]],
    _ precision: ElementType
  ) throws {
    func write(_ source: any TensorSource, _ name: String) throws -> ModelConfiguration.Weights {
      let file = name + ".safetensors"
      let result = try SafetensorsWriter.write(source, as: precision, to: directory + "/" + file)
      return .init(file: file, sha256: result.sha256, precision: precision)
    }
    for direction in weights.keys.sorted() {
      guard let source = weights[direction] else { continue }
      configuration.directions[direction] = try write(source, direction)
      for (kind, discriminator) in discriminators[direction] ?? [:] {
        configuration.discriminators[direction, default: [:]][kind] = .init(
          weights: try write(discriminator.source, "\(direction).\(kind.rawValue)"), gain: discriminator.gain)
      }
    }
    let json = try configuration.json()
    _ = try ModelConfiguration(json: json)  // what would not be read is not written
    do {
      try WholeFile.write(json, to: FilePath(directory + "/" + ModelDirectory.configurationName))
    } catch {
      throw CheckpointError(error)
    }
  }

  private static func withoutTrailingSlashes(_ path: String) -> String {
    var path = path
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// - Returns: whether there is a directory to replace.
  private static func checkPlace(_ path: String, replace: Bool) throws(CheckpointError) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard replace else {
      throw CheckpointError(.output, "\(path): exists already; choose another name, or ask to replace it")
    }
    guard FileManager.default.fileExists(atPath: path + "/" + ModelDirectory.configurationName) else {
      throw CheckpointError(.output, "\(path): is not a model directory, so it is not replaced")
    }
    return true
  }

  private static func makeDirectory(for path: String) throws(CheckpointError) -> PartialFolder {
    do { return try PartialFolder(beside: FilePath(path)) } catch { throw CheckpointError(error) }
  }

  private static func move(_ source: String, to destination: String) throws(CheckpointError) {
    guard rename(source, destination) == 0 else {
      throw CheckpointError(.output, "\(destination): cannot be put into place: \(SystemError.text)")
    }
  }

  /// Puts `new` at `path`, keeping what the old directory held beside its model; the old one stays if that
  /// fails.
  private static func exchange(_ path: String, with new: String) throws {
    let old = new + ".old"
    try move(path, to: old)
    do { try move(new, to: path) } catch {
      try move(old, to: path)
      throw error
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: old)
    where name != ModelDirectory.configurationName && !name.hasSuffix(".safetensors") {
      try move(old + "/" + name, to: path + "/" + name)
    }
    try FileManager.default.removeItem(atPath: old)
  }
}
