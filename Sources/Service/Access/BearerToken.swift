import HTTPTypes

/// The key that a request carries, `Authorization: Bearer KEY` (RFC 6750 section 2.1).  It is taken from nowhere else:
/// queries end up in logs.
struct BearerToken {
  enum Malformation: Error {
    /// No `Authorization`, or one of another scheme.
    case absent
    /// Several of them, or characters that no token has.
    case malformed
  }

  let text: String

  init(_ fields: HTTPFields) throws(Malformation) {
    let values = fields[values: .authorization]
    guard let value = values.first else { throw .absent }
    guard values.count == 1 else { throw .malformed }
    let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let scheme = parts.first, scheme.lowercased() == "bearer" else { throw .absent }
    guard parts.count == 2 else { throw .malformed }
    let token = parts[1].drop { $0 == " " }
    // `token68`, RFC 9110 section 11.2.
    let body = token.utf8.prefix { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
      default: "-._~+/".utf8.contains(byte)
      }
    }
    guard !body.isEmpty, token.utf8[body.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") }) else {
      throw .malformed
    }
    text = String(token)
  }
}
