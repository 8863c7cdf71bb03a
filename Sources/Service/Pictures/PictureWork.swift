import Images

extension RGBImage {
  /// Bytes that drawing a picture of this size and encoding it hold at most, for pictures that were scaled up: these
  /// compress to half of their pixels and less, and the encoder's buffer doubles as it grows.
  static func workingBytes(toDraw width: Int, _ height: Int) -> Int { 6 * width * height + 1 << 20 }
}
