import CZlib

/// Small files that announce, or become, much: how long each takes, and how much memory.
func measureBombs(_ command: ServerCommand, _ report: inout Report) throws {
  let server = try command.start()
  defer { server.stop() }
  report.section("Image bombs, each by itself: its answer, time, memory beyond idle at the worst")
  for bomb in Bomb.all {
    let client = try Client(port: server.port)
    let idle = server.residentMB
    server.forgetPeak()
    let start = now()
    let answer = try client.exchange(.post("/translate", bomb.bytes))
    let time = (now() - start) * 1000
    let memory = server.peakMB - idle
    report.require(
      answer.status == bomb.status && time <= bomb.milliseconds && memory <= bomb.memoryMB, bomb.name,
      "\(answer.status), \(time.short) ms, \(memory.short) MB, for \(bomb.bytes.count) bytes")
  }
}

private struct Bomb {
  let name: String
  let bytes: [UInt8]
  let status: Int
  /// Bounds; pictures within the limits may take a full picture's time.
  var milliseconds = 100.0
  var memoryMB = 32.0

  static var all: [Bomb] {
    let limit = (width: 8000, height: 5000)
    return [
      Bomb(name: "PNG of 20,000 x 20,000", bytes: png(20_000, 20_000), status: 422),
      Bomb(
        name: "512 MB behind one pixel's IDAT", bytes: png(1, 1, data: zeros(512 << 20)), status: 422),
      Bomb(name: "512 MB in a zTXt chunk", bytes: png(1, 1, before: compressedText("zTXt")), status: 200),
      Bomb(name: "512 MB in an iCCP chunk", bytes: png(1, 1, before: compressedText("iCCP")), status: 200),
      Bomb(name: "animated PNG of 10,000 frames", bytes: animatedPNG(frames: 10_000), status: 200),
      Bomb(name: "PNG with a wrong CRC", bytes: corrupted(png(64, 64)), status: 422),
      Bomb(name: "PNG cut off", bytes: Array(png(64, 64).dropLast(20)), status: 422),
      Bomb(name: "JPEG of 65,500 x 65,500", bytes: jpeg(65_500, 65_500, scans: 1, coded: 10), status: 422),
      Bomb(name: "progressive JPEG of 5,000 scans", bytes: jpeg(64, 64, scans: 5000), status: 422),
      Bomb(
        name: "JPEG of 40 megapixels, 64 scans", bytes: jpeg(limit.width, limit.height, scans: 64),
        status: 422),
      Bomb(
        name: "JPEG of 25 megapixels, 16 scans (allowed)", bytes: jpeg(5000, 5000, scans: 16), status: 200,
        milliseconds: 1000, memoryMB: 50 + 32),
      Bomb(
        name: "PNG of 40 megapixels (allowed)", bytes: png(limit.width, limit.height), status: 200,
        milliseconds: 1000),
    ]
  }
}

/// An 8 bit RGB picture whose samples are all zero.
func png(_ width: Int, _ height: Int, before: [UInt8] = [], data: [UInt8]? = nil) -> [UInt8] {
  let sides = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
  let data = data ?? zeros(height * (3 * width + 1))
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    + chunk("IHDR", sides + [8, 2, 0, 0, 0]) + before + chunk("IDAT", data) + chunk("IEND", [])
}

private func compressedText(_ type: String) -> [UInt8] {
  chunk(type, [0x78, 0, 0] + zeros(512 << 20))
}

private func animatedPNG(frames: Int) -> [UInt8] {
  let count = bigEndian(UInt32(frames))
  var chunks = chunk("acTL", count + [0, 0, 0, 0])
  for frame in 0..<frames {
    let one = bigEndian(1)
    let place = one + one + [UInt8](repeating: 0, count: 8) + [0, 0, 0, 1, 0, 0]
    chunks += chunk("fcTL", bigEndian(UInt32(2 * frame)) + place)
    chunks += chunk("fdAT", bigEndian(UInt32(2 * frame + 1)) + zeros(4))
  }
  return png(1, 1, before: chunks)
}

private func corrupted(_ file: [UInt8]) -> [UInt8] {
  var file = file
  file[file.count - 13] ^= 1  // the last byte of the last IDAT's CRC
  return file
}

private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
  let body = Array(type.utf8) + data
  return bigEndian(UInt32(data.count)) + body + bigEndian(UInt32(crc32(0, body, UInt32(body.count))))
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

/// So many zeros as a zlib stream (RFC 1950), a thousandth as long.  The stream of one MiB of them, flushed so that
/// nothing before it matters, is repeated rather than made anew.
private func zeros(_ count: Int) -> [UInt8] {
  let (whole, rest) = count.quotientAndRemainder(dividingBy: 1 << 20)
  var stream: [UInt8] = [0x78, 0xDA]
  if whole > 0 { stream += repeatElement(deflatedZeros(1 << 20), count: whole).joined() }
  stream += deflatedZeros(rest) + [0x03, 0x00]  // an empty last block
  // Adler-32 of zeros: the first sum stays 1, the second counts them.
  return stream + bigEndian(UInt32(count % 65_521) << 16 | 1)
}

/// Blocks without a zlib header, of which none is the last.
private func deflatedZeros(_ count: Int) -> [UInt8] {
  var input = [UInt8](repeating: 0, count: count)
  var output = [UInt8](repeating: 0, count: count / 100 + 64)
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  return input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FULL_FLUSH)
      return Array(output.prefix(output.count - Int(stream.avail_out)))
    }
  }
}

/// A gray progressive JPEG: the constants of all blocks, then one frequency after the other, over and over.  With the
/// only code in its Huffman tables a constant is as the one before, or a block has ended at once: one bit each.
/// - Parameter coded: bytes of each scan; what the size needs if nil.
private func jpeg(_ width: Int, _ height: Int, scans: Int, coded: Int? = nil) -> [UInt8] {
  func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 255)] + data
  }
  let sides = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
  let codes: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
  let bits = ((width + 7) / 8) * ((height + 7) / 8)
  let zeros = [UInt8](repeating: 0, count: coded ?? (bits + 7) / 8)
  var file: [UInt8] = [0xFF, 0xD8] + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
  file += segment(0xC2, [8] + sides + [1, 1, 0x11, 0])
  file += segment(0xC4, [0x00] + codes) + segment(0xC4, [0x10] + codes)
  for scan in 0..<scans {
    let frequency = UInt8(scan % 64)
    file += segment(0xDA, [1, 1, 0, frequency, frequency, 0]) + zeros
  }
  return file + [0xFF, 0xD9]
}
