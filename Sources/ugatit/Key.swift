import ArgumentParser
import Files
import Service

struct Key: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a key for 'ugatit serve --api-keys'.",
    discussion: """
      Prints the key, which is shown this once and kept nowhere: give it to whom it is for. The file holds only its \
      SHA-256. A running server reads its file again at SIGHUP. Take a line out, and its key is none any more.
      """)

  @Argument(help: "Whom it is for: logs and metrics show this name.")
  var name: String

  @Option(
    help: ArgumentHelp("Add the line to this file, which is made if it is not there.", valueName: "file"))
  var file: FilePath?

  @Flag(help: "Its holder may load and unload models.")
  var admin = false

  func validate() throws {
    guard APIKeys.isName(name) else { throw ValidationError("'\(name)': \(APIKeys.nameRule).") }
  }

  func run() throws {
    let key = APIKey()
    let line = key.line(name: name, isAdministrator: admin)
    if let file {
      try add(line, to: file)
    } else {
      writeError("Add this line to the file of --api-keys:\n\(line)\n")
    }
    print(key.text)
  }

  /// Replaces the file by one with the line at its end, while no other command does.
  /// - Throws: `FileError`, or `APIKeyError` where the file holds something else than keys.
  private func add(_ line: String, to path: FilePath) throws {
    let lock = try FolderLock(of: path)
    var bytes: [UInt8] = []
    if try FileStatus(path) != nil {
      bytes = try WholeFile.read(path, limit: Self.fileLimit)
      _ = try APIKeys(parsing: String(decoding: bytes, as: UTF8.self))
    }
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    try WholeFile.write(bytes + Array("\(line)\n".utf8), to: path)
    _ = consume lock
  }

  /// Bytes; a hundred thousand keys have a tenth of it.
  private static let fileLimit = 100 << 20
}
