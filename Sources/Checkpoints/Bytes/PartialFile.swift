import Crypto

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file that comes to be under a temporary name beside its place and takes its real one when it is
/// complete. Dropped before that, it leaves nothing behind.  Its SHA-256 is taken as it is written.
final class PartialFile {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var hasher = SHA256()
  private var isCommitted = false
  private(set) var byteCount = 0

  /// - Throws: `.output` when no file can be made in `path`'s directory.
  init(path: String) throws(CheckpointError) {
    self.path = path
    temporaryPath =
      path + ".partial-" + String(getpid()) + "-" + String(UInt32.random(in: 0...(.max)), radix: 16)
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw CheckpointError(.output, "\(path): cannot be written: \(systemMessage())")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if descriptor >= 0 && !isCommitted { unlink(temporaryPath) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    hasher.update(bufferPointer: bytes)
    byteCount += bytes.count
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw CheckpointError(.output, "\(path): cannot be written: \(systemMessage())")
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Brings the bytes to the disk and gives the file its name, replacing what had it.
  /// - Returns: the SHA-256 of the bytes, 64 lower-case hexadecimal digits.
  func commit() throws(CheckpointError) -> String {
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw CheckpointError(.output, "\(path): cannot be written: \(systemMessage())")
    }
    isCommitted = true
    return hexadecimal(hasher.finalize())
  }
}

/// `write` of the system, whose name `PartialFile.write` hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

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
