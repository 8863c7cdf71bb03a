import HTTPTypes

/// Names one form of what a path has, a strong validator (RFC 9110 section 8.8.3).
public struct EntityTag: Sendable, Equatable {
  /// What stands between the quotes.
  let opaque: String

  /// - Precondition: printable ASCII without quotes.
  public init(_ opaque: String) {
    precondition(opaque.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\"") }, "\(opaque)")
    self.opaque = opaque
  }

  /// As `ETag` has it.
  public var fieldValue: String { "\"\(opaque)\"" }
}

extension Request {
  /// Whether the client has what the tag names, so that 304 is all it needs (RFC 9110 section 13.1.2, which compares
  /// weakly).
  public func alreadyHas(_ tag: EntityTag) -> Bool {
    head.headerFields[values: .ifNoneMatch].contains { value in
      var scanner = FieldScanner(value.utf8)
      scanner.skipSpace()
      if scanner.skip("*") { return true }
      while let given = scanner.entityTag() {
        if given == tag.opaque { return true }
        scanner.skip(past: ",")
        scanner.skipSpace()
      }
      return false
    }
  }
}
