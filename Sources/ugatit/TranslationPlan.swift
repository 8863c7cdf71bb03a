import FoundationEssentials
import Images

/// A picture to be translated.
struct TranslationJob: Sendable {
  let input: String
  let output: String
  let heatmap: String?
}

/// Which files become which.
struct TranslationPlan {
  let jobs: [TranslationJob]

  /// - Parameters:
  ///   - inputs: files and folders; of a folder the PNG and JPEG files right in it, by their names.
  ///   - output: a file for one input file, a folder otherwise; the same for `heatmap`.
  /// - Throws: `Failure` where there is nothing to do, or where two results would get one name.
  init(inputs: [String], output: String, heatmap: String?) throws {
    var files: [String] = []
    var hasFolder = false
    for input in inputs {
      var isDirectory = false
      guard FileManager.default.fileExists(atPath: input, isDirectory: &isDirectory) else {
        throw Failure(.noInput, "\(input): there is no such file or folder")
      }
      hasFolder = hasFolder || isDirectory
      files += isDirectory ? try Self.pictures(in: input) : [input]
    }
    let toFolder = hasFolder || files.count > 1
    jobs = try files.map { file in
      TranslationJob(
        input: file, output: try Self.place(of: file, at: output, isFolder: toFolder),
        heatmap: try heatmap.map { try Self.place(of: file, at: $0, isFolder: toFolder) })
    }
    try refuseConflicts()
    for folder in toFolder ? [output, heatmap].compactMap({ $0 }) : [] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
  }

  /// What a file's name says it is to be; nil for other names.
  static func format(of path: String) -> ImageFormat? {
    let name = path.lowercased()
    if name.hasSuffix(".png") { return .png }
    return name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") ? .jpeg : nil
  }

  private static func pictures(in folder: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let pictures = names.filter { format(of: $0) != nil && !$0.hasPrefix(".") }
    guard !pictures.isEmpty else { throw Failure(.noInput, "\(folder): holds no PNG or JPEG files") }
    return pictures.map { folder + (folder.hasSuffix("/") ? "" : "/") + $0 }
  }

  private static func place(of input: String, at output: String, isFolder: Bool) throws -> String {
    var isDirectory = false
    let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isDirectory)
    if isFolder || (exists && isDirectory) {
      let name = input.split(separator: "/").last.map(String.init) ?? input
      let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
      return output + (output.hasSuffix("/") ? "" : "/") + stem + ".png"
    }
    guard format(of: output) != nil else {
      throw Failure(.other, "\(output): its name must end in .png, .jpg or .jpeg")
    }
    return output
  }

  private func refuseConflicts() throws {
    var sources: [String: String] = [:]
    for job in jobs {
      for place in [job.output, job.heatmap].compactMap({ $0 }) {
        if let other = sources.updateValue(job.input, forKey: place) {
          throw Failure(.other, "\(other) and \(job.input) would both be written to \(place)")
        }
      }
    }
  }
}
