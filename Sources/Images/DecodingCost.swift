/// What decoding a file takes, read off its header.
public struct DecodingCost: Sendable, Equatable {
  /// Pixels as stored in the file, before any EXIF orientation.
  public let width: Int
  public let height: Int
  /// Bytes that `RGBImage.init(decoding:limits:)` holds at most, the file's own and the picture's included.
  public let bytes: Int

  /// - Throws: `ImageError` as decoding would, as far as the header tells.
  public init(of file: [UInt8], limits: DecodingLimits) throws(ImageError) {
    let format = try FileKind(file).format()
    let size = try readSize(file, format)
    try limits.check(width: Int(size.width), height: Int(size.height))
    width = Int(size.width)
    height = Int(size.height)
    bytes = 3 * width * height + 4 << 20
  }
}
