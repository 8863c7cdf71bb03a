import Files

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A folder that goes with the value.
final class TemporaryFolder {
  let path = FilePath("/tmp/ugatit-files-\(UInt64.random(in: 0...(.max)))")

  init() throws { try Folder.make(path) }

  deinit { Self.remove(path) }

  func file(_ name: String) -> FilePath { path.appending(name.utf8) }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, file(name).text ?? "") == 0 else { throw FileError(file(name), "no link") }
  }

  var names: [String] {
    get throws { try Folder.names(in: path).map { String(decoding: $0, as: UTF8.self) } }
  }

  private static func remove(_ path: FilePath) {
    for name in (try? Folder.names(in: path)) ?? [] { remove(path.appending(name)) }
    _ = systemRemove(path.bytes.map(CChar.init(bitPattern:)) + [0])
  }
}

/// The system call, which the method of its name would hide.
private func systemRemove(_ path: [CChar]) -> Int32 { remove(path) }
