import Crypto

/// Lower-case hexadecimal digits, two a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

extension FileBytes {
  /// The SHA-256 of the content, read a few megabytes at a time, as 64 lower-case hexadecimal digits.
  func sha256() -> String {
    var hasher = SHA256()
    let step = 4 << 20
    for start in stride(from: 0, to: bytes.count, by: step) {
      let range = start..<min(start + step, bytes.count)
      hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[range]))
      discard(range)
    }
    return hexadecimal(hasher.finalize())
  }
}
