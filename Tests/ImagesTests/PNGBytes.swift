/// Takes PNG files apart and puts them together, for the tests of broken ones.
struct PNGBytes {
  struct Chunk {
    var type: String
    var data: [UInt8]
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  var chunks: [Chunk]

  init(chunks: [Chunk]) { self.chunks = chunks }

  /// The chunks of a well-formed file.
  init(_ file: [UInt8]) {
    chunks = []
    var rest = file[8...]
    while rest.count >= 12 {
      let length = Int(UInt32(bigEndian: rest.prefix(4)))
      let type = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
      chunks.append(Chunk(type: type, data: Array(rest.dropFirst(8).prefix(length))))
      rest = rest.dropFirst(12 + length)
    }
  }

  /// The file, with right lengths and CRCs.
  var bytes: [UInt8] { bytes(wrongCRC: nil) }

  /// The file, with right lengths and, but for the chunks of this type, CRCs.
  func bytes(wrongCRC type: String?) -> [UInt8] {
    Self.signature
      + chunks.flatMap { chunk in
        let body = Array(chunk.type.utf8) + chunk.data
        let checksum = chunk.type == type ? ~crc32(body) : crc32(body)
        return UInt32(chunk.data.count).bigEndianBytes + body + checksum.bigEndianBytes
      }
  }

  /// The file with another chunk behind its IHDR.
  func adding(_ type: String, _ data: [UInt8]) -> PNGBytes {
    PNGBytes(chunks: [chunks[0], Chunk(type: type, data: data)] + chunks.dropFirst())
  }

  /// The file with its image data as IDAT chunks of their own.
  func splitting(_ parts: [[UInt8]]) -> PNGBytes {
    let others = chunks.filter { $0.type != "IDAT" && $0.type != "IEND" }
    return PNGBytes(
      chunks: others + parts.map { Chunk(type: "IDAT", data: $0) } + [Chunk(type: "IEND", data: [])])
  }

  /// All IDAT data: one zlib stream.
  var compressed: [UInt8] { chunks.filter { $0.type == "IDAT" }.flatMap(\.data) }

  /// An 8 bit RGB header.
  static func header(width: Int, height: Int) -> Chunk {
    let sides = UInt32(width).bigEndianBytes + UInt32(height).bigEndianBytes
    return Chunk(type: "IHDR", data: sides + [8, 2, 0, 0, 0])
  }
}

extension UInt32 {
  var bigEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt32(24 - 8 * $0)) } }

  init(bigEndian bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}

private let crcTable: [UInt32] = (0..<256).map { n in
  (0..<8).reduce(UInt32(n)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
}

/// PNG 3rd edition, annex D.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { crcTable[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
}
