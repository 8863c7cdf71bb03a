#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Files in which the system tells something: small, and without a length.
enum SmallFile {
  /// Far above what any of them has.
  private static let limit = 1 << 20

  /// The text of a file; nil where it cannot be read.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while text.count < limit {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 { return nil }
      if count == 0 { break }
      text += buffer[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
