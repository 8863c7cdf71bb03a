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

  /// A gray progressive file of any number of scans, at most 64: the constants of all blocks, then one frequency
  /// after the other.  Each has one bit for a block (ITU-T T.81, sections F.1.2.1 and G.1.2.2): with the only code in
  /// their tables, 0, a constant is as the one before, and a block has ended at once.
  static func progressive(width: Int, height: Int, scans: Int) -> [UInt8] {
    func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
      [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 255)] + data
    }
    let sides = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
    let bits = ((width + 7) / 8) * ((height + 7) / 8)
    let coded = [UInt8](repeating: 0, count: bits / 8) + (bits % 8 > 0 ? [UInt8(0xFF) >> (bits % 8)] : [])
    let codes: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
    var file: [UInt8] = [0xFF, 0xD8]
    file += segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
    file += segment(0xC2, [8] + sides + [1, 1, 0x11, 0])
    file += segment(0xC4, [0x00] + codes) + segment(0xC4, [0x10] + codes)
    for frequency in 0..<UInt8(scans) {
      file += segment(0xDA, [1, 1, 0, frequency, frequency, 0]) + coded
    }
    return file + [0xFF, 0xD9]
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
