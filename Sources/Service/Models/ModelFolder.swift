import Checkpoints
import Files
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Where models lie: a directory of model directories, or a model directory itself, as KServe mounts one.
public struct ModelFolder: Sendable {
  public struct Entry: Sendable {
    public let name: String
    public let path: String
  }

  /// Sorted by name; at least one unless it may be empty.
  public let entries: [Entry]

  /// - Parameters:
  ///   - modelName: what a model that `path` itself is, is called; the last component of the path when nil.
  ///   - mayBeEmpty: whether there need be no model, nor even the directory.
  /// - Throws: `CheckpointError` where there is no model, or a directory of models is to have one name.
  public init(_ path: String, modelName: String? = nil, mayBeEmpty: Bool = false) throws(CheckpointError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      if mayBeEmpty, !FileManager.default.fileExists(atPath: path) {
        entries = []
        return
      }
      throw CheckpointError(
        .noInput, "\(path): there is no such directory of models; make one with 'ugatit import'")
    }
    if names.contains(Self.configurationName) {
      entries = [Entry(name: modelName ?? Self.name(of: path), path: path)]
      return
    }
    let models = names.filter { name in
      !name.hasPrefix(".")
        && FileManager.default.fileExists(atPath: "\(path)/\(name)/\(Self.configurationName)")
    }
    guard !models.isEmpty || mayBeEmpty else {
      throw CheckpointError(.noInput, "\(path): holds no model; make one with 'ugatit import'")
    }
    guard modelName == nil || models.isEmpty else {
      throw CheckpointError(
        .noInput,
        "\(path): is a directory of models, which are called as their directories are; a name is given only to a "
          + "model's own directory")
    }
    entries = models.sorted().map { Entry(name: $0, path: "\(path)/\($0)") }
  }

  private static let configurationName = "config.json"

  /// The last component; of "." and the like that of the directory meant.
  private static func name(of path: String) -> String {
    let name = String(decoding: FilePath(path).name, as: UTF8.self)
    guard name.isEmpty || name == "." || name == ".." else { return name }
    guard let real = realpath(path, nil) else { return name }
    defer { free(real) }
    return String(decoding: FilePath(String(cString: real)).name, as: UTF8.self)
  }
}
