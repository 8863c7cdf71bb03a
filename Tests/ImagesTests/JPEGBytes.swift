/// Takes JPEG files apart, for the tests of broken ones.
enum JPEGBytes {
  /// Where the segments with this marker begin (at their 0xFF), in a well-formed file.
  static func positions(of marker: UInt8, in file: [UInt8]) -> [Int] {
    var found: [Int] = []
    var i = 2
    while i + 3 < file.count {
      guard file[i] == 0xFF, file[i + 1] != 0, file[i + 1] != 0xFF, !(0xD0...0xD9).contains(file[i + 1])
      else {
        i += 1
        continue
      }
      if file[i + 1] == marker { found.append(i) }
      i += 2 + Int(file[i + 2]) << 8 + Int(file[i + 3])
    }
    return found
  }

  /// The same file with other sides in its frame header (SOF0 to SOF2).
  static func resized(_ file: [UInt8], width: Int, height: Int) -> [UInt8] {
    var file = file
    for frame in (0xC0...0xC2).flatMap({ positions(of: $0, in: file) }) {
      file.replaceSubrange(
        frame + 5..<frame + 9,
        with: [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) })
    }
    return file
  }
}
