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
    let blocks = ((width + 7) / 8) * ((height + 7) / 8)
    let scans = (0..<UInt8(scans)).flatMap { frequency in
      segment(0xDA, [1, 1, 0, frequency, frequency, 0]) + zeros(blocks)
    }
    return header(0xC2, width: width, height: height, components: 1) + scans + [0xFF, 0xD9]
  }

  /// A sequential file of three components, of which each has a scan of its own: two bits for a block, its constant and
  /// its end.
  /// - Parameter scanned: 1...3, the components whose scans are there.
  static func separate(width: Int, height: Int, scanned: [UInt8]) -> [UInt8] {
    let blocks = ((width + 7) / 8) * ((height + 7) / 8)
    let scans = scanned.flatMap { segment(0xDA, [1, $0, 0, 0, 63, 0]) + zeros(2 * blocks) }
    return header(0xC0, width: width, height: height, components: 3) + scans + [0xFF, 0xD9]
  }

  /// All before the scans; every code table has the only code 0, for 0.
  private static func header(_ frame: UInt8, width: Int, height: Int, components: UInt8) -> [UInt8] {
    let sides = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
    let codes: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
    return [0xFF, 0xD8] + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
      + segment(frame, [8] + sides + [components] + (1...components).flatMap { [$0, 0x11, 0] })
      + segment(0xC4, [0x00] + codes) + segment(0xC4, [0x10] + codes)
  }

  /// So many bits of 0, and 1 up to the end of a byte.
  private static func zeros(_ bits: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: bits / 8) + (bits % 8 > 0 ? [UInt8(0xFF) >> (bits % 8)] : [])
  }

  static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 255)] + data
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
