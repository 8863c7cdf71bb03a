import Files
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A folder for one test with photographs in it, which goes with the value.
final class PhotographFolder {
  let path = "/tmp/ugatit-\(UInt64.random(in: 0...(.max)))"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { _ = try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> FilePath { FilePath("\(path)/\(name)") }

  /// Writes a file whose name is bytes, with a photograph or other content.
  func add(_ name: [UInt8], _ content: [UInt8]? = nil) throws {
    let place = FilePath(path).appending(name)
    try Folder.make(place.folder)
    try WholeFile.write(try content ?? Places.photograph("man"), to: place)
  }

  func add(_ names: String..., content: [UInt8]? = nil) throws {
    for name in names { try add(Array(name.utf8), content) }
  }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, "\(path)/\(name)") == 0 else { throw SystemError(name) }
  }

  func addPipe(_ name: String) throws {
    guard mkfifo("\(path)/\(name)", 0o600) == 0 else { throw SystemError(name) }
  }

  /// A file of that many bytes that takes no room.
  func addSparse(_ name: String, size: Int, start: [UInt8] = []) throws {
    try add(name, content: start)
    guard truncate("\(path)/\(name)", size) == 0 else { throw SystemError(name) }
  }

  /// What is in a folder in it.
  func names(in name: String = ".") throws -> [[UInt8]] { try Folder.names(in: file(name)) }

  func texts(in name: String = ".") throws -> [String] {
    try names(in: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All files in all folders, with their bytes; links and pipes with none.
  func snapshot() throws -> [FilePath: [UInt8]] { try Self.snapshot(FilePath(path)) }

  private static func snapshot(_ folder: FilePath) throws -> [FilePath: [UInt8]] {
    var all: [FilePath: [UInt8]] = [:]
    for name in try Folder.names(in: folder) {
      let path = folder.appending(name)
      var status = stat()
      lstat(path.text ?? "", &status)
      switch status.st_mode & S_IFMT {
      case S_IFDIR: all.merge(try snapshot(path)) { $1 }
      case S_IFREG: all[path] = try WholeFile.read(path, limit: 1 << 30)
      default: all[path] = []
      }
    }
    return all
  }
}
