#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Holds off other processes that would read, change and replace a file at the same time.  The lock is on the file's
/// folder, because the file itself is another one once it has been replaced.
public struct FolderLock: ~Copyable {
  private let descriptor: Descriptor

  /// Waits for whoever has it.
  public init(of file: FilePath) throws(FileError) {
    let folder = try file.followingLinks().folder
    guard let opened = Descriptor(folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }) else {
      throw FileError(folder)
    }
    while flock(opened.number, LOCK_EX) != 0 {
      guard errno == EINTR else { throw FileError(folder, after: "cannot be locked") }
    }
    descriptor = opened
  }
}
