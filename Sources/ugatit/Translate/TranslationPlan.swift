import Files
import Images

/// Where a result goes.
struct ResultPlace: Sendable, Equatable {
  let path: FilePath
  /// Whether nothing was there when the plan was made, so that nothing is replaced.
  let isNew: Bool
}

/// A picture to be translated.
struct TranslationJob: Sendable, Equatable {
  let input: FilePath
  let output: ResultPlace
  let heatmap: ResultPlace?
  /// What is to be told about the results' names.
  let note: String?
}

/// Which files become which, so that none is lost: no result has the place of anything that was found, or of another
/// result, by whatever name.
struct TranslationPlan: Sendable {
  let jobs: [TranslationJob]
  /// Folders that must be there before the first result is written.
  let folders: [FilePath]

  /// Looks at what is there, and changes nothing.
  /// - Parameter output: a file for one picture, a folder for several; the same for `heatmap`.
  /// - Throws: `Failure` where there is nothing to do, and where a result would replace what it must not.
  init(_ survey: TranslationSurvey, output: FilePath, heatmap: FilePath?) throws(Failure) {
    let toFolder = survey.hasFolder || survey.pictures.count > 1
    let outputs = try Self.places(of: survey.pictures, at: output, toFolder: toFolder)
    let heatmaps = try heatmap.map { (path) throws(Failure) in
      try Self.places(of: survey.pictures, at: path, toFolder: toFolder)
    }
    var writers = ResultWriters(originals: survey.places)
    var jobs: [TranslationJob] = []
    for (index, picture) in survey.pictures.enumerated() {
      let output = try writers.add(outputs.paths[index], of: index, picture)
      let heatmap = try heatmaps.map { (places) throws(Failure) in
        try writers.add(places.paths[index], of: index, picture)
      }
      let note = outputs.notes[index] ?? heatmaps?.notes[index]
      jobs.append(TranslationJob(input: picture, output: output, heatmap: heatmap, note: note))
    }
    self.jobs = jobs
    folders = [outputs.folder, heatmaps?.folder].compactMap { $0 }
  }

  private struct Places {
    let paths: [FilePath]
    let notes: [String?]
    let folder: FilePath?
  }

  private static func places(
    of pictures: [FilePath], at place: FilePath, toFolder: Bool
  ) throws(Failure) -> Places {
    if place == .standardStream {
      guard !toFolder else {
        throw Failure(.other, "standard output takes one picture: name a folder for several")
      }
      return Places(paths: [place], notes: [nil], folder: nil)
    }
    let status = try status(of: place)
    guard toFolder || place.endsInSlash || status?.kind == .folder else {
      let isFile = status == nil || status?.kind == .regular
      guard !isFile || PictureName(of: place).format != nil else {
        throw Failure(.other, "\(place): its name must end in .png, .jpg, .jpeg or .webp")
      }
      guard try Self.status(of: place.folder) != nil else {
        throw Failure(.other, "\(place): there is no folder for it: make that, or name another place")
      }
      return Places(paths: [place], notes: [nil], folder: nil)
    }
    if let status, status.kind != .folder {
      throw Failure(
        .other, "\(place): is \(status.kind.name), not a folder: name a folder for several results")
    }
    guard !pictures.contains(.standardStream) else {
      throw Failure(
        .other, "\(place): is a folder, and standard input has no name to be called by there: name a file")
    }
    let names = ResultNames(pictures.map(PictureName.init(of:)))
    return Places(
      paths: names.names.map { place.appending($0) },
      notes: zip(names.names, names.areWhole).map { name, isWhole in
        isWhole
          ? "called \(FilePath(bytes: name)), because another would be called the same without its ending"
          : nil
      },
      folder: place)
  }

  private static func status(of path: FilePath) throws(Failure) -> FileStatus? {
    do { return try FileStatus(path) } catch { throw Failure(.other, "\(error)") }
  }
}
