#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension FilePath {
  /// The path that a symbolic link leads to in the end, there or not; the path itself where it is no link.  One of
  /// `/proc` is taken for the end, because its links, such as that of `/dev/stdout`, are open files rather than names.
  /// - Throws: for links in a circle.
  func followingLinks() throws(FileError) -> FilePath {
    var path = self
    // As many as the kernel follows (path_resolution(7)).
    for _ in 0..<40 {
      guard !path.isOfProcesses, let target = path.linkTarget else { return path }
      path = target.first == Self.slash ? FilePath(bytes: target) : path.folder.appending(target)
    }
    throw FileError(self, "too many symbolic links")
  }

  var isOfProcesses: Bool { bytes.starts(with: "/proc/".utf8) }

  private var linkTarget: [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = withCString { path in
      buffer.withUnsafeMutableBytes {
        readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
    }
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
