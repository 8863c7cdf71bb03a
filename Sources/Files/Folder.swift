#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A folder's content and its making.
public enum Folder {
  /// The names of all that is in a folder, but for `.` and `..`, sorted by their bytes; none is left out or altered,
  /// whatever its encoding.
  public static func names(in path: FilePath) throws(FileError) -> [[UInt8]] {
    guard let stream = path.withCString({ opendir($0) }) else { throw FileError(path) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      // Unsafe because C declares the name as 256 bytes but ends it by a zero, further on where a file system has
      // longer names.
      let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
      let name = Array(
        UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
      if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
    }
    guard errno == 0 else { throw FileError(path) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Makes a folder and those on the way to it; one that is there already is left as it is.
  public static func make(_ path: FilePath) throws(FileError) {
    if let status = try FileStatus(path) {
      guard status.kind == .folder else { throw FileError(path, "is \(status.kind.name), not a folder") }
      return
    }
    if path.folder != path { try make(path.folder) }
    guard path.withCString({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else { throw FileError(path) }
  }
}
