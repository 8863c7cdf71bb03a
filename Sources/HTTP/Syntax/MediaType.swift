/// A media type with its parameters, `multipart/form-data; boundary=x` (RFC 9110 section 8.3.1).
public struct MediaType: Sendable, Equatable {
  /// `multipart/form-data`, in lower case.
  public let essence: String
  let parameters: [Parameter]

  /// - Returns: nil for what is no media type.
  public init?(parsing text: String) {
    var scanner = FieldScanner(text.utf8)
    scanner.skipSpace()
    guard let type = scanner.token(), scanner.skip("/"), let subtype = scanner.token(),
      let parameters = scanner.parameters(), scanner.isAtEnd
    else { return nil }
    essence = "\(type)/\(subtype)".lowercased()
    self.parameters = parameters
  }

  /// - Parameter name: in lower case.
  public subscript(parameter name: String) -> String? { parameters.first { $0.name == name }?.value }
}
