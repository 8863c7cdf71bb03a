/// Why bytes do not become a picture, or a picture not bytes, in words for the person who sent it.
public struct ImageError: Error, Equatable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// None of the formats that are read.
    case notAnImage
    /// The file breaks its format's rules or was cut off.
    case damaged
    /// Beyond the limits, or beyond what the format can store.
    case tooLarge
    /// A file of a variant that is not read.
    case unsupported
    /// The part that was asked for is not in the picture.
    case outside
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
