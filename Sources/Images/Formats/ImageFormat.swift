/// The encodings that are read and written.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png, jpeg, webp

  /// The media type, as IANA registered it.
  public var contentType: String {
    switch self {
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    }
  }

  /// As people call it.
  public var name: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    }
  }

  /// All that are read, for messages.
  public static let names = "PNG, JPEG or WebP"
}
