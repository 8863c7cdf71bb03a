#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file that comes to be under a temporary name in its folder and takes its own name when it is complete; what had
/// that name stands untouched until then.  Dropped before that, or interrupted, it leaves nothing behind.
///
/// A file that is replaced keeps its permissions, and as far as the system allows its owner; one that may not be
/// written is not replaced.  Where the name is a symbolic link, what it leads to is replaced and the link stays.  Pipes
/// and devices, `/dev/stdout` among them, are written directly.
public final class PartialFile {
  private let path: FilePath
  private let descriptor: Int32
  /// Nil for what is written directly.
  private let place: (temporary: FilePath, final: FilePath)?
  private let isNew: Bool

  /// - Parameter isNew: whether nothing may be replaced, so that what is there, or comes to be there meanwhile, is an
  ///   error.
  /// - Throws: when `path` cannot be written, or no file can be made in its folder.
  public init(_ path: FilePath, isNew: Bool = false) throws(FileError) {
    self.path = path
    self.isNew = isNew
    let old = try FileStatus(path)
    guard old == nil || !isNew else { throw Self.isThere(path) }
    let final = try path.followingLinks()
    if let old, old.kind != .regular || final.isOfProcesses {
      guard old.kind != .folder else { throw FileError(path, "is a folder") }
      place = nil
      // Behind another file, which the shell may have opened to be added to.
      descriptor = path.withCString { open($0, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY) }
      guard descriptor >= 0 else { throw FileError(path) }
      return
    }
    guard old == nil || path.withCString({ access($0, W_OK) }) == 0 else { throw FileError(path) }
    let temporary = final.temporaryNeighbour()
    let made = Unfinished.begin(temporary) { () -> Int32? in
      let made = temporary.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      return made >= 0 ? made : nil
    }
    guard let made else { throw FileError(path, after: "no file can be made in its folder") }
    descriptor = made
    place = (temporary, final)
    if let old {
      // Only root may give files away; what cannot be kept is this user's from now on.
      _ = fchown(made, old.owner, old.group)
      _ = fchmod(made, old.permissions)
    }
  }

  /// Writes standard output, to which nothing else may be written.
  public init(standardOutput: Void) {
    path = FilePath("/dev/stdout")
    place = nil
    isNew = false
    descriptor = dup(STDOUT_FILENO)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let place { Unfinished.discard(place.temporary) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard Descriptor.write(descriptor, bytes) else { throw FileError(path) }
  }

  public func write(_ bytes: [UInt8]) throws(FileError) {
    // A result, because `withUnsafeBytes` does not rethrow typed errors.
    guard bytes.withUnsafeBytes({ Descriptor.write(descriptor, $0) }) else { throw FileError(path) }
  }

  /// Brings the bytes to the disk, so that nothing but the name is left to do.
  public func synchronize() throws(FileError) {
    guard place != nil else { return }
    guard fsync(descriptor) == 0 else { throw FileError(path) }
  }

  /// Gives the file its name, replacing what had it.
  /// - Precondition: it was synchronized.
  public func commit() throws(FileError) {
    guard let place else { return }
    // No other file of this process takes its name meanwhile, by whatever spelling the file system takes for it.
    try Unfinished.finish(place.temporary) { () throws(FileError) in
      if isNew, try FileStatus(place.final) != nil { throw Self.isThere(path) }
      let status = place.temporary.withCString { old in place.final.withCString { rename(old, $0) } }
      guard status == 0 else { throw FileError(path) }
    }
  }

  private static func isThere(_ path: FilePath) -> FileError {
    FileError(path, "has come to be there since the names were chosen, and is not replaced")
  }
}
