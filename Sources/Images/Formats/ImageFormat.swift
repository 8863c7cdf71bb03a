/// The encodings that are read and written.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png, jpeg

  /// The media type, as IANA registered it.
  public var contentType: String {
    switch self {
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    }
  }

  /// As people call it.
  public var name: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    }
  }

  /// All that are read, for messages.
  static let names = "PNG or JPEG"
}
