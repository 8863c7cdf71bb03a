// Where a JPEG and a PNG keep their EXIF block, and the one tag of it that matters here.

/// Reads integers from a part of a file; positions count from the part's start, and whatever lies outside of it
/// reads as nil.
struct ByteReader {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var count: Int { bytes.count }

  func byte(at position: Int) -> UInt8? {
    position >= 0 && position < bytes.count ? bytes[bytes.startIndex + position] : nil
  }

  func uint16(at position: Int, bigEndian: Bool = true) -> Int? {
    // The second one's position cannot overflow: the first one's was inside of the file.
    guard let first = byte(at: position), let second = byte(at: position + 1) else { return nil }
    return bigEndian ? Int(first) << 8 | Int(second) : Int(second) << 8 | Int(first)
  }

  func uint32(at position: Int, bigEndian: Bool = true) -> Int? {
    guard let first = uint16(at: position, bigEndian: bigEndian),
      let second = uint16(at: position + 2, bigEndian: bigEndian)
    else { return nil }
    return bigEndian ? first << 16 | second : second << 16 | first
  }

  func part(at position: Int, count: Int) -> ByteReader? {
    guard position >= 0, position <= self.count, count >= 0, count <= self.count - position else {
      return nil
    }
    let start = bytes.startIndex + position
    return ByteReader(bytes[start..<start + count])
  }

  func starts(with prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }
}

extension ByteReader {
  /// The TIFF structure in the first APP1 segment that begins with "Exif" (EXIF 2.32, section 4.7.2).
  func jpegExif() -> ByteReader? {
    var position = 2  // after SOI
    while byte(at: position) == 0xFF, let marker = byte(at: position + 1) {
      if marker == 0xFF {  // a fill byte
        position += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { return nil }  // the picture begins: SOS; or nothing does: EOI
      guard let length = uint16(at: position + 2), length >= 2,
        let segment = part(at: position + 4, count: length - 2)
      else { return nil }
      if marker == 0xE1, segment.starts(with: "Exif\0\0") {
        return segment.part(at: 6, count: segment.count - 6)
      }
      position += 2 + length
    }
    return nil
  }

  /// The content of the eXIf chunk (PNG 3rd edition, section 11.3.4.5).
  func pngExif() -> ByteReader? {
    var position = 8  // after the signature
    while let length = uint32(at: position), let type = part(at: position + 4, count: 4) {
      if type.starts(with: "eXIf") { return part(at: position + 8, count: length) }
      position += 12 + length
    }
    return nil
  }

  /// The orientation in the first directory of a TIFF structure (TIFF 6.0, section 2).
  func orientation() -> Orientation? {
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
      let short = 3
      guard uint16(at: entry + 2, bigEndian: bigEndian) == short,
        uint32(at: entry + 4, bigEndian: bigEndian) == 1,
        let value = uint16(at: entry + 8, bigEndian: bigEndian)
      else { return nil }
      return Orientation(rawValue: UInt16(value))
    }
    return nil
  }
}
