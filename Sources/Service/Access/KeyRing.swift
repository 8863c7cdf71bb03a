import FoundationEssentials
import Synchronization

/// The keys of a file, as it was when it was last read.
public final class KeyRing: Sendable {
  public let path: String
  private let keys: Mutex<APIKeys>

  /// - Throws: `APIKeyError` for a file that cannot be read, has a wrong line, or no key at all.
  public init(path: String) throws(APIKeyError) {
    self.path = path
    keys = Mutex(try Self.read(path))
  }

  /// Reads the file again; from then on only what it now says holds.
  /// - Throws: as `init`; the keys then stay what they were.
  func reload() throws(APIKeyError) {
    let new = try Self.read(path)
    keys.withLock { $0 = new }
  }

  var current: APIKeys { keys.withLock { $0 } }

  private static func read(_ path: String) throws(APIKeyError) -> APIKeys {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw APIKeyError(.unreadable, "\(path): cannot be read; is it there, and open to this user?")
    }
    do throws(APIKeyError) {
      let keys = try APIKeys(parsing: String(decoding: bytes, as: UTF8.self))
      guard keys.count > 0 else {
        throw APIKeyError(.malformed, "it holds no key; 'ugatit key NAME --file \(path)' adds one")
      }
      return keys
    } catch {
      throw APIKeyError(error.kind, "\(path): \(error.description)")
    }
  }
}
