import Files
import Images

/// What the name of a picture's file tells.
struct PictureName {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(of path: FilePath) { bytes = path.name }

  /// What the name says that the file is; nil for names that promise no format that is read.
  var format: ImageFormat? {
    guard let dot = endingStart else { return nil }
    switch String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased() {
    case "png": return .png
    case "webp": return .webp
    case "jpg", "jpeg", "jpe", "jfif": return .jpeg
    default: return nil
    }
  }

  /// The name without its ending.
  var stem: ArraySlice<UInt8> { bytes[..<(endingStart ?? bytes.count)] }

  var isHidden: Bool { bytes.first == Self.dot }

  /// Where the dot of the ending stands.
  private var endingStart: Int? { bytes.dropFirst().lastIndex(of: Self.dot) }

  private static let dot = UInt8(ascii: ".")
}
