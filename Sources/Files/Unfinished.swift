import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The files and folders that this process has begun and not finished, so that whatever ends it can take them away.
public enum Unfinished {
  private static let paths = Mutex<Set<FilePath>>([])

  /// Takes all of them away and ends the process.  What is just being put into its place is put there first; nothing
  /// is begun or finished afterwards.
  public static func discard(andEnd end: () -> Never) -> Never {
    paths.withLock { paths in
      for path in paths { remove(path) }
      end()
    }
  }

  /// Takes one of them away.
  static func discard(_ path: FilePath) {
    paths.withLock { paths in
      if paths.remove(path) != nil { remove(path) }
    }
  }

  /// - Parameter make: makes what is at `path` then; nil when it could not.
  static func begin<Made>(_ path: FilePath, _ make: () -> Made?) -> Made? {
    paths.withLock { paths in
      let made = make()
      if made != nil { paths.insert(path) }
      return made
    }
  }

  /// - Parameter put: puts what is at `path` into its place; it stays unfinished when this throws.
  static func finish<E: Error>(_ path: FilePath, _ put: () throws(E) -> Void) throws(E) {
    try paths.withLock { (paths: inout sending Set<FilePath>) throws(E) in
      try put()
      paths.remove(path)
    }
  }

  /// Removes a file, or a folder of files.
  private static func remove(_ path: FilePath) {
    if path.withCString({ unlink($0) }) == 0 { return }
    for name in (try? Folder.names(in: path)) ?? [] {
      _ = path.appending(name).withCString { unlink($0) }
    }
    _ = path.withCString { rmdir($0) }
  }
}

extension FilePath {
  /// A name that nothing else has, hidden in the folder where this path is; as long as any, however long this is.
  func temporaryNeighbour() -> FilePath {
    let token = String(UInt64.random(in: 0...(.max)), radix: 36)
    return folder.appending(".ugatit-\(token).partial".utf8)
  }
}
