extension ByteReader {
  /// The orientation in the first directory of a TIFF structure (TIFF 6.0, section 2; EXIF 2.32, tag 0x0112), whatever
  /// number it is; nil where there is none.  A short is prescribed, of several the first counts; editors write longs.
  func exifOrientation() -> Int? {
    let bigEndian: Bool
    if starts(with: "MM\0*") {
      bigEndian = true
    } else if starts(with: "II*\0") {
      bigEndian = false
    } else {
      return nil
    }
    guard let directory = uint32(at: 4, bigEndian: bigEndian),
      let entries = uint16(at: directory, bigEndian: bigEndian)
    else { return nil }
    for index in 0..<entries {
      let entry = directory + 2 + 12 * index
      guard let tag = uint16(at: entry, bigEndian: bigEndian) else { return nil }
      guard tag == 0x0112 else { continue }
      guard let type = uint16(at: entry + 2, bigEndian: bigEndian),
        let count = uint32(at: entry + 4, bigEndian: bigEndian), count > 0
      else { return nil }
      let (short, long) = (3, 4)
      guard type == short || type == long else { return nil }
      let size = count * (type == short ? 2 : 4)
      // Four bytes stand in the entry itself, more of them elsewhere.
      guard let position = size <= 4 ? entry + 8 : uint32(at: entry + 8, bigEndian: bigEndian),
        let values = part(at: position, count: size)
      else { return nil }
      return type == short
        ? values.uint16(at: 0, bigEndian: bigEndian) : values.uint32(at: 0, bigEndian: bigEndian)
    }
    return nil
  }

  /// The orientation in an XMP packet (XMP specification, part 2, section 3.3): an attribute or an element.
  func xmpOrientation() -> Int? {
    guard let value = part(after: "tiff:Orientation") else { return nil }
    let digit =
      value.starts(with: "=\"") ? value.byte(at: 2) : value.starts(with: ">") ? value.byte(at: 1) : nil
    guard let digit, (0x30...0x39).contains(digit) else { return nil }
    return Int(digit) - 0x30
  }
}
