import ArgumentParser
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
  var file: String?

  func validate() throws {
    guard APIKeys.isName(name) else { throw ValidationError("'\(name)': \(APIKeys.nameRule).") }
  }

  func run() throws {
    let key = APIKey()
    let line = key.line(name: name)
    if let file {
      try add(line, to: file)
    } else {
      writeError("Add this line to the file of --api-keys:\n\(line)\n")
    }
    print(key.text)
  }

  /// - Throws: `Failure`, or `APIKeyError` where the file holds something else than keys.
  private func add(_ line: String, to path: String) throws {
    var text = ""
    if FileBytes.exists(path) {
      text = String(decoding: try FileBytes.read(path), as: UTF8.self)
      _ = try APIKeys(parsing: text)
    }
    let isOpenLine = !text.isEmpty && text.last?.isNewline != true
    try FileBytes.append(Array("\(isOpenLine ? "\n" : "")\(line)\n".utf8), to: path)
  }
}
