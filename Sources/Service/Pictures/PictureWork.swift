import Images

extension RGBImage {
  /// Bytes that decoding a file and fitting the picture hold at most, the file itself not included.
  ///
  /// - Throws: `ImageError` for what `init(decoding:limits:)` would refuse by its header.
  static func workingBytes(
    toDecode bytes: [UInt8], _ fit: Fit, width: Int, height: Int, limits: DecodingLimits
  ) throws(ImageError) -> Int {
    let cost = try DecodingCost(of: bytes, limits: limits)
    // Shrinking goes across first; a crop is cut out before.
    let fitting = fit == .crop ? 3 * cost.width * cost.height : 3 * width * cost.height
    return cost.bytes + fitting + 6 * width * height
  }

  /// Bytes that drawing a picture of this size and encoding it hold at most, for pictures that were scaled up: these
  /// compress to half of their pixels and less, and the encoder's buffer doubles as it grows.
  static func workingBytes(toDraw width: Int, _ height: Int) -> Int { 6 * width * height + 1 << 20 }
}
