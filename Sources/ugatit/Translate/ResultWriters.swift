import Files

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Who writes where, so that no result takes the place of an original or of another result.
struct ResultWriters {
  /// What was found, translated or not.
  let originals: [FilePlace: FilePath]
  private var writers: [FilePlace: (index: Int, picture: FilePath)] = [:]

  init(originals: [FilePlace: FilePath]) { self.originals = originals }

  /// - Parameter index: of the picture whose result it is, which may have been named more than once.
  /// - Throws: `Failure` when the place is taken.
  mutating func add(_ path: FilePath, of index: Int, _ picture: FilePath) throws(Failure) -> ResultPlace {
    guard let place = try Self.place(of: path) else { return ResultPlace(path: path, isNew: false) }
    if let original = originals[place] {
      let what = original == path ? "among the files that" : "\(original), which"
      throw Failure(.other, "\(path): is \(what) the results must not replace: choose another place for them")
    }
    if let other = writers.updateValue((index, picture), forKey: place) {
      throw Self.clash(other, (index, picture), path)
    }
    guard case .absent = place else { return ResultPlace(path: path, isNew: false) }
    return ResultPlace(path: path, isNew: true)
  }

  private static func clash(
    _ one: (index: Int, picture: FilePath), _ other: (index: Int, picture: FilePath), _ path: FilePath
  ) -> Failure {
    if one.index == other.index {
      return Failure(.other, "\(path): two results would be written there: name another file for one of them")
    }
    return one.picture == other.picture
      ? Failure(
        .other, "\(one.picture): is named twice, and both results would be written to \(path): name it once")
      : Failure(
        .other, "\(one.picture) and \(other.picture) would both be written to \(path): translate them apart")
  }

  /// - Returns: nil for what is no file.
  private static func place(of path: FilePath) throws(Failure) -> FilePlace? {
    if path == .standardStream { return FilePlace(descriptor: STDOUT_FILENO) }
    do { return try FilePlace(path) } catch { throw Failure(.other, "\(error)") }
  }
}
