import CMapping

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A regular file that is read from its start.  Opening one never waits, and never touches a device.
public struct RegularFile: ~Copyable {
  private let path: FilePath
  private let descriptor: Descriptor
  /// Bytes, when it was opened.
  public let size: Int

  /// - Throws: where there is no file, or none that may be read, or something else than a file.
  public init(_ path: FilePath) throws(FileError) {
    // Before it is opened, because some devices act on that.
    guard let status = try FileStatus(path) else { throw FileError(path, "there is no such file") }
    try Self.check(status, path)
    // What has become a pipe since then would wait for a writer.
    guard let opened = Descriptor(path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) })
    else {
      throw FileError(path)
    }
    guard let status = FileStatus(descriptor: opened.number), status.kind == .regular else {
      throw FileError(path, "is not a file any more")
    }
    self.path = path
    descriptor = opened
    size = status.size
  }

  private static func check(_ status: FileStatus, _ path: FilePath) throws(FileError) {
    switch status.kind {
    case .regular: return
    case .pipe: throw FileError(path, "is a pipe, not a file; what comes through one is read from '-'")
    case .folder, .socket, .device: throw FileError(path, "is \(status.kind.name), not a file")
    }
  }

  /// Fills the buffer with the next bytes, or as much of it as there still are.
  /// - Returns: how many.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    guard let count = Descriptor.read(descriptor.number, into: buffer) else { throw FileError(path) }
    return count
  }

  /// All bytes that it had when it was opened; nil when it was empty.
  public func mapped() throws(FileError) -> MappedFile? {
    guard size > 0 else { return nil }
    guard let start = ug_mapping_begin(descriptor.number, size) else {
      throw FileError(path, after: "cannot be mapped")
    }
    return MappedFile(start: start, count: size)
  }

  /// The next bytes: `count` of them, or as many as there still are.
  public func read(_ count: Int) throws(FileError) -> [UInt8] {
    guard let bytes = Descriptor.read(descriptor.number, count) else { throw FileError(path) }
    return bytes
  }
}

/// Standard input, which may be anything that gives bytes.
public enum StandardInput {
  /// Waits for `count` bytes or the end.
  public static func read(_ count: Int) throws(FileError) -> [UInt8] {
    guard let bytes = Descriptor.read(STDIN_FILENO, count) else { throw FileError(FilePath("-")) }
    return bytes
  }
}
