/// How a stored picture has to be turned to be upright, numbered as EXIF does (EXIF 2.32, tag 0x0112).
enum Orientation: UInt16, CaseIterable {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  /// Mirrored along the diagonal from the top left.
  case transposed
  /// To be turned a quarter clockwise.
  case quarterClockwise
  /// Mirrored along the diagonal from the top right.
  case transverse
  /// To be turned a quarter counterclockwise.
  case quarterCounterclockwise

  /// Whether the upright picture is as wide as the stored one is high.
  var swapsSides: Bool { rawValue >= 5 }

  /// What the file's EXIF says, or else its XMP; `upright` when it says nothing, or nothing that makes sense: a
  /// picture is worth more than its metadata.
  init(of bytes: [UInt8], format: ImageFormat) {
    let metadata = Metadata(of: bytes, format: format)
    let number = metadata.exif?.exifOrientation() ?? metadata.xmp?.xmpOrientation()
    self = number.flatMap(UInt16.init(exactly:)).flatMap(Self.init(rawValue:)) ?? .upright
  }
}
