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

  /// What follows `prefix`, where this begins with it.
  func part(behind prefix: String) -> ByteReader? {
    starts(with: prefix) ? part(at: prefix.utf8.count, count: count - prefix.utf8.count) : nil
  }

  /// What follows the first occurrence of `text`.
  func part(after text: String) -> ByteReader? {
    bytes.indices.lazy.compactMap { ByteReader(bytes[$0...]).part(behind: text) }.first
  }
}
