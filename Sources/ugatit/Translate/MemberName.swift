import Files
import FoundationEssentials

/// The name of a member of a JSON object.
struct MemberName: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringLiteral value: String) { stringValue = value }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension KeyedEncodingContainer<MemberName> {
  /// Encodes a path as text.  One that is not UTF-8 is shown as people read it, and its bytes follow in Base64 (RFC 4648
  /// section 4) as a member of its own, `NAME_base64`.
  mutating func encode(_ path: FilePath, as name: String) throws {
    try encode(path.text ?? path.description, forKey: MemberName(stringValue: name))
    if path.text == nil {
      try encode(Data(path.bytes).base64EncodedString(), forKey: MemberName(stringValue: name + "_base64"))
    }
  }
}
