import Files
import FoundationEssentials

/// By what a model directory is seen to have changed, without reading its weights.
struct ModelStamp: Equatable {
  private struct File: Equatable {
    let name: String
    let identity: FileIdentity
    let size: Int
    let modified: Duration
  }

  private let files: [File]

  /// Of the files that make a model; what cannot be looked at is as good as not there.
  init(path: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    files = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".safetensors") }.sorted().compactMap {
      guard let status = try? FileStatus(FilePath("\(path)/\($0)")) else { return nil }
      return File(name: $0, identity: status.identity, size: status.size, modified: status.modified)
    }
  }
}
