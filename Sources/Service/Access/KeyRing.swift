import FoundationEssentials
import Synchronization

/// The keys of a file, as it was when it was last read.
public final class KeyRing: Sendable {
  public let path: String
  private let keys: Mutex<APIKeys>

  /// - Throws: `APIKeyError` for a file that cannot be read, has a wrong line, or no key at all.
  public init(path: String) throws(APIKeyError) {
    self.path = path
    let first = try Self.read(path)
    guard first.count > 0 else {
      throw APIKeyError(.malformed, "\(path): it holds no key; 'ugatit key NAME --file \(path)' adds one")
    }
    keys = Mutex(first)
  }

  /// Reads the file again; from then on only what it now says holds.  If that is no key at all, nobody is let in: the
  /// last of them was revoked.
  /// - Throws: `APIKeyError` for a file that cannot be read or has a wrong line; the keys then stay what they were.
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
      return try APIKeys(parsing: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw APIKeyError(error.kind, "\(path): \(error.description)")
    }
  }
}
