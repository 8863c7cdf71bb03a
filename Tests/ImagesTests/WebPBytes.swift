/// Puts WebP files together, for the tests of odd ones (RFC 9649, section 2).
enum WebPBytes {
  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    Array(type.utf8) + littleEndian(data.count, 4) + data + [UInt8](repeating: 0, count: data.count % 2)
  }

  static func file(_ chunks: [UInt8]) -> [UInt8] {
    Array("RIFF".utf8) + littleEndian(chunks.count + 4, 4) + Array("WEBP".utf8) + chunks
  }

  /// The chunks of a file's picture: all but those that tell of it.
  static func picture(_ file: [UInt8]) -> [UInt8] { Array(file[12...]) }

  static func canvas(_ width: Int, _ height: Int, flags: UInt8 = 0) -> [UInt8] {
    chunk("VP8X", [flags, 0, 0, 0] + littleEndian(width - 1, 3) + littleEndian(height - 1, 3))
  }

  static func frame(_ picture: [UInt8], x: Int, y: Int, width: Int, height: Int) -> [UInt8] {
    let place = [x / 2, y / 2, width - 1, height - 1, 50].flatMap { littleEndian($0, 3) }
    return chunk("ANMF", place + [0] + picture)
  }

  static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
