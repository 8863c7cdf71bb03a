import Files
import Images

/// The bytes of a picture that is to be translated.
enum PictureInput {
  /// Bytes of a file that are read at most: a PNG of 16 bit RGBA as large as a picture may be has 320 million before it is
  /// compressed, if it is.
  static let sizeLimit = 512 << 20

  /// Reads a file, or standard input for `-`.  Before more than its first bytes are read, it must begin as a picture
  /// and be no larger than one can be.
  /// - Throws: `Failure`, without the path.
  static func read(_ path: FilePath) throws(Failure) -> [UInt8] {
    do {
      return path == .standardStream ? try readStandardInput() : try readFile(path)
    } catch let error as FileError {
      throw Failure(.noInput, error.reason)
    } catch {
      throw Failure(error) ?? Failure(.internalError, "\(error)")
    }
  }

  private static func readFile(_ path: FilePath) throws -> [UInt8] {
    let file = try RegularFile(path)
    let start = try file.read(FileKind.prefixLength)
    _ = try FileKind(start).format()
    guard file.size <= sizeLimit else { throw tooLarge }
    return try checked(start + file.read(sizeLimit + 1 - start.count))
  }

  private static func readStandardInput() throws -> [UInt8] {
    let start = try StandardInput.read(FileKind.prefixLength)
    _ = try FileKind(start).format()
    return try checked(start + StandardInput.read(sizeLimit + 1 - start.count))
  }

  /// A file may grow while it is read, and a pipe tells no size.
  private static func checked(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
    guard bytes.count <= sizeLimit else { throw tooLarge }
    return bytes
  }

  private static var tooLarge: Failure {
    Failure(.badData, "is larger than \(sizeLimit >> 20) MiB, which no picture is that can be translated")
  }
}
