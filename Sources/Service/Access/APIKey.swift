import Digests
import FoundationEssentials

/// A secret that tells the service who asks.
public struct APIKey: Sendable {
  /// What the client sends.
  public let text: String

  /// A new key: 256 bits of the system's generator (getrandom(2)), behind a word by which people and scanners of
  /// repositories know what they have found.
  public init() {
    let random = (0..<32).map { _ in UInt8.random(in: 0...(.max)) }
    let digits = Data(random).base64EncodedString().filter { $0 != "=" }
    text = "ugatit_" + digits.replacing("+", with: "-").replacing("/", with: "_")
  }

  /// The text with every key in it made unreadable.
  static func redacted(_ text: String) -> String {
    guard text.contains("ugatit_") else { return text }
    return text.replacing(/ugatit_[A-Za-z0-9_\-]{16,}/, with: "ugatit_[redacted]")
  }

  /// A line for the file of keys.
  /// - Parameter isAdministrator: whether its holder may load and unload models.
  public func line(name: String, isAdministrator: Bool = false) -> String {
    "\(name) \(APIKeyDigest(text))\(isAdministrator ? " admin" : "")"
  }
}

/// The SHA-256 of a key, which is all that is kept of it.
///
/// A plain hash is enough, without salt or stretching: these slow down the guessing of secrets that people choose, and
/// nobody guesses 256 random bits.
struct APIKeyDigest: Hashable, Sendable {
  private let bytes: SIMD32<UInt8>

  init(_ key: String) { bytes = Self.vector(SHA256.digest(of: Array(key.utf8))) }

  /// Nil for anything but 64 hexadecimal digits.
  init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map { UInt8($0) } }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    bytes = Self.vector(stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }

  private static func vector(_ bytes: some Sequence<UInt8>) -> SIMD32<UInt8> {
    var vector = SIMD32<UInt8>()
    for (index, byte) in bytes.enumerated() { vector[index] = byte }
    return vector
  }

  /// 1 where the two are the same, 0 where not, in a time that does not depend on where they differ.
  func matches(_ other: APIKeyDigest) -> Int {
    let difference = (bytes ^ other.bytes).max()
    return Int((UInt16(difference) &- 1) >> 15)
  }
}

extension APIKeyDigest: CustomStringConvertible {
  /// 64 hexadecimal digits.
  var description: String { hexadecimal((0..<32).map { bytes[$0] }) }
}
