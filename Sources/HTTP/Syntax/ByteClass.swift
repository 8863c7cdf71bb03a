/// A set of bytes: the character classes of the HTTP grammar.
struct ByteClass {
  private var low: (UInt64, UInt64) = (0, 0)
  /// Whether the bytes from 0x80 on belong to it.
  private var high = false

  private init(
    _ characters: StaticString = "", digitsAndLetters: Bool = false, including base: ByteClass? = nil
  ) {
    if let base { self = base }
    characters.withUTF8Buffer { for byte in $0 { insert(byte) } }
    guard digitsAndLetters else { return }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { insert(byte) }
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { insert(byte) }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { insert(byte) }
  }

  private mutating func insert(_ byte: UInt8) {
    if byte < 64 { low.0 |= 1 << UInt64(byte) } else { low.1 |= 1 << UInt64(byte - 64) }
  }

  func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return low.0 >> UInt64(byte) & 1 == 1 }
    if byte < 128 { return low.1 >> UInt64(byte - 64) & 1 == 1 }
    return high
  }

  /// `tchar`, RFC 9110 section 5.6.2.
  static let token = ByteClass("!#$%&'*+-.^_`|~", digitsAndLetters: true)
  /// `reg-name`, RFC 3986 section 3.2.2, less the comma, which would make a list of a `Host`.
  static let registeredName = ByteClass("-._~!$&'()*+;=%", digitsAndLetters: true)
  /// `pchar` and the slash, RFC 3986 section 3.3.
  static let path = ByteClass("-._~!$&'()*+,;=:@%/", digitsAndLetters: true)
  /// `query`, RFC 3986 section 3.4, and the characters that browsers leave unencoded in one.
  static let query = ByteClass("?[]{}|^`\\", including: path)
  /// `bcharsnospace` and the space, RFC 2046 section 5.1.1.
  static let boundary = ByteClass("'()+_,-./:=? ", digitsAndLetters: true)

  /// HTAB, SP, VCHAR and obs-text: all that a field value may hold (RFC 9110 section 5.5).
  static let fieldValue = {
    var value = ByteClass()
    value.high = true
    for byte in UInt8(0x20)...0x7E { value.insert(byte) }
    value.insert(0x09)
    return value
  }()
}
