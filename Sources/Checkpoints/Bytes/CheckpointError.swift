/// What is wrong with a checkpoint or a model directory, in words for the person who supplied it.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The file or directory is missing, unreadable, or not a regular file.
    case noInput
    /// The bytes break the rules of their format.
    case malformed
    /// Well-formed, but outside of what is read here: another format, type, or a refused pickle global.
    case unsupported
    /// The content is not what was promised: a digest, a precision, a missing network, a value out of range.
    case mismatch
    /// Writing failed, or would have overwritten something.
    case output
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The same error, naming the file it is about.
  func about(_ path: String) -> CheckpointError { CheckpointError(kind, "\(path): \(description)") }
}

/// Runs a parser, and names the file in what it throws.
func naming<Value>(
  _ path: String, _ body: () throws(CheckpointError) -> Value
) throws(CheckpointError) -> Value {
  do { return try body() } catch { throw error.about(path) }
}

/// Text from an untrusted file as a message may show it: quoted, control characters escaped, cut when long.
func quoted(_ text: String) -> String {
  text.count <= 80 ? text.debugDescription : String(text.prefix(80)).debugDescription + "…"
}
