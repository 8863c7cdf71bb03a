@testable import Images

// A TIFF structure by itself, and whole files in which the reader looks for one.  Where in an array the bytes lie
// makes no difference.

func fuzz(_ bytes: [UInt8]) {
  let whole = readings(ByteReader(bytes[...]))
  let padding = [UInt8](repeating: 0xFF, count: 5)
  let inside = (padding + bytes + padding)[padding.count..<padding.count + bytes.count]
  expect(readings(ByteReader(inside)) == whole, "the orientation depends on what lies around the file")
}

private func readings(_ reader: ByteReader) -> [Orientation?] {
  [reader.orientation(), reader.jpegExif()?.orientation(), reader.pngExif()?.orientation()]
}
