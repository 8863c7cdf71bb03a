#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A folder of files that is filled under a temporary name and put into its place when it is complete.  Dropped before
/// that, or interrupted, it leaves nothing behind.
public final class PartialFolder {
  /// Where it is filled.
  public let path: FilePath

  /// Makes it, and the folders on the way to it.
  public init(beside place: FilePath) throws(FileError) {
    try Folder.make(place.folder)
    let path = place.temporaryNeighbour()
    let made = Unfinished.begin(path) { path.withCString { mkdir($0, 0o777) } == 0 ? true : nil }
    guard made != nil else { throw FileError(place, after: "no folder can be made there") }
    self.path = path
  }

  deinit { Unfinished.discard(path) }

  /// - Parameter put: renames it.  No signal ends the process meanwhile, so more than one step is done whole.
  public func commit(_ put: () throws -> Void) throws {
    try Unfinished.finish(path, put)
  }
}
