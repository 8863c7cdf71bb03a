@testable import Images

// A TIFF structure and an XMP packet by themselves, of which it makes no difference where in an array they lie, and
// whole files in which the reader looks for them.

func fuzz(_ bytes: [UInt8]) {
  for format in ImageFormat.allCases { _ = Metadata(of: bytes, format: format).orientation }
  let whole = readings(ByteReader(bytes[...]))
  let padding = [UInt8](repeating: 0xFF, count: 5)
  let inside = (padding + bytes + padding)[padding.count..<padding.count + bytes.count]
  expect(readings(ByteReader(inside)) == whole, "the orientation depends on what lies around the file")
}

private func readings(_ reader: ByteReader) -> [Int?] { [reader.exifOrientation(), reader.xmpOrientation()] }
