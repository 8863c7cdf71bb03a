/// What could not be done with a file, in words for the person who named it.
public struct FileError: Error, Equatable, CustomStringConvertible {
  public let path: FilePath
  /// The message without the path.
  public let reason: String

  public init(_ path: FilePath, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The error of the system call that just failed.
  init(_ path: FilePath, after what: String? = nil) {
    let message = SystemError.text
    self.init(path, what.map { "\($0): \(message)" } ?? message)
  }

  public var description: String { "\(path): \(reason)" }
}
