/// Small files, read and written at once.
public enum WholeFile {
  /// - Parameter limit: bytes; a larger file is an error.
  public static func read(_ path: FilePath, limit: Int) throws(FileError) -> [UInt8] {
    let file = try RegularFile(path)
    let bytes = try file.read(limit + 1)
    guard bytes.count <= limit else { throw FileError(path, "is larger than \(limit) bytes") }
    return bytes
  }

  /// Writes a file whole or not at all, as `PartialFile` does.
  public static func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
    let file = try PartialFile(path)
    try file.write(bytes)
    try file.synchronize()
    try file.commit()
  }
}
