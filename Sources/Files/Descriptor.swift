#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An open file, which is closed with the value; and reading and writing as much as was asked for.
struct Descriptor: ~Copyable {
  let number: Int32

  /// - Returns: nil for what `open` returns when it fails; the error is in `errno`.
  init?(_ number: Int32) {
    guard number >= 0 else { return nil }
    self.number = number
  }

  deinit { close(number) }

  /// - Returns: `count` bytes, or fewer at the end of the file; nil for an error, which is in `errno`.
  static func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    let piece = 1 << 20
    while bytes.count < count {
      var buffer = [UInt8](repeating: 0, count: min(piece, count - bytes.count))
      let got = systemRead(descriptor, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { return nil }
      if got == 0 { break }
      bytes += buffer[..<got]
    }
    return bytes
  }

  /// - Returns: bytes that were read, fewer than there is room for at the end of the file; nil for an error, which is in
  ///   `errno`.
  static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    var filled = 0
    while filled < buffer.count, let start = buffer.baseAddress {
      let got = systemRead(descriptor, start + filled, buffer.count - filled)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { return nil }
      if got == 0 { break }
      filled += got
    }
    return filled
  }

  /// - Returns: whether all were written; the error is in `errno`.
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

// The system calls, which the methods of the same names would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
