#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Whole files, without the URLs that FoundationEssentials asks for.
enum FileBytes {
  /// - Throws: `Failure`, naming the file and the system's reason.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(.noInput, "\(path): \(reason())") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Failure(.noInput, "\(path): \(reason())") }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// - Throws: `Failure`, naming the file and the system's reason.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    try put(bytes, into: path, O_TRUNC)
  }

  /// Adds to the end of a file, which is made if it is not there.
  /// - Throws: `Failure`, naming the file and the system's reason.
  static func append(_ bytes: [UInt8], to path: String) throws(Failure) {
    try put(bytes, into: path, O_APPEND)
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func put(_ bytes: [UInt8], into path: String, _ manner: Int32) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | manner, 0o644)
    guard descriptor >= 0 else { throw Failure(.other, "\(path): \(reason())") }
    defer { close(descriptor) }
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Failure(.other, "\(path): \(reason())") }
      start += count
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}

// The system calls, which the methods of the same names would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
