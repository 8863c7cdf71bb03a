import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Prints one JSON object, sorted and indented, and nothing else.
func printJSON(_ value: some Encodable) throws { print(try jsonText(value)) }

/// A JSON object, sorted and indented.
func jsonText(
  _ value: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
) throws -> String {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = keys
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Writes to standard error, past any buffer.
func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

/// Writes to standard output, past any buffer.
func writeOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

/// Whether somebody watches standard error.
var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

/// Where nobody reads any more, there is nobody to be told.
private func write(_ text: String, to descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
