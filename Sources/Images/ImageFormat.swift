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

  /// The format that the first bytes announce: the PNG signature (PNG 3rd edition, section 5.2), or JPEG's SOI
  /// followed by another marker (ITU-T T.81, B.1.1.3).
  public static func sniff(_ bytes: [UInt8]) -> ImageFormat? {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    return nil
  }
}
