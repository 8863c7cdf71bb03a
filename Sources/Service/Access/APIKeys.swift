/// The keys that open the service, each by the name of whom it was given to.
public struct APIKeys: Sendable {
  /// Whom a key was given to.
  struct Holder: Sendable, Equatable {
    let name: String
    /// Whether they may load and unload models.
    let isAdministrator: Bool
  }

  private struct Entry {
    let holder: Holder
    let digest: APIKeyDigest
  }

  private let entries: [Entry]

  public var count: Int { entries.count }

  /// Reads a file of keys: a line for each, `NAME SHA256`, the latter in hexadecimal, and `admin` behind it for who may
  /// load and unload models; empty lines and those that begin with `#` say nothing.  A name may have several keys, so that one can be replaced while the other still holds.
  ///
  /// - Throws: `APIKeyError`, with the line's number.
  public init(parsing text: String) throws(APIKeyError) {
    var entries: [Entry] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in zip(1..., lines) {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      // What is wrong is named, never shown: it may be a key that was put here by mistake.
      let isAdministrator = words.count == 3 && words[2] == "admin"
      guard words.count == 2 || isAdministrator, let digest = APIKeyDigest(hexadecimal: words[1]) else {
        throw APIKeyError(
          line: number,
          "it must be a name and the key's SHA-256, as 'ugatit key' prints it, and may have 'admin' behind them"
        )
      }
      guard Self.isName(first) else { throw APIKeyError(line: number, Self.nameRule) }
      guard !entries.contains(where: { $0.digest == digest }) else {
        throw APIKeyError(line: number, "the same key is there already, in a line before")
      }
      entries.append(
        Entry(holder: Holder(name: String(first), isAdministrator: isAdministrator), digest: digest))
    }
    self.entries = entries
  }

  /// Whom a key was given to; nil for one that is none of these.
  ///
  /// Every key is compared, and every byte of it, whatever was found before.
  func holder(of key: String) -> Holder? {
    let digest = APIKeyDigest(key)
    // One behind the place of the only entry that matches.
    var found = 0
    for (index, entry) in entries.enumerated() { found += (index + 1) * entry.digest.matches(digest) }
    return found > 0 ? entries[found - 1].holder : nil
  }

  /// Names go into logs and metrics: 1 to 64 letters, digits, dots, hyphens and underscores.
  public static func isName(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"):
          true
        default: "._-".utf8.contains(byte)
        }
      }
  }

  public static let nameRule = "a name is 1 to 64 letters, digits, dots, hyphens and underscores"
}

/// Why a file of keys cannot be used.
public struct APIKeyError: Error, CustomStringConvertible {
  public enum Kind: Sendable {
    /// It is not there, or not open to this user.
    case unreadable
    case malformed
  }

  public let kind: Kind
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  init(line: Int, _ reason: String) { self.init(.malformed, "line \(line): \(reason)") }
}
