/// The chunks of a WebP file (RFC 9649, section 2) as far as they are looked at.
struct WebPContainer {
  /// Of an animation the canvas, and where on it the first frame lies; of one picture nil: its own size is what counts.
  private(set) var canvas: (width: Int, height: Int)?
  private(set) var place = (x: 0, y: 0)
  /// The chunks of that picture, which the decoder takes.
  private(set) var picture: ByteReader?
  private(set) var exif: ByteReader?
  private(set) var xmp: ByteReader?
  private(set) var profile: ByteReader?

  /// A chunk that is cut off ends with the file.
  init(_ file: ByteReader) {
    guard let chunks = file.part(at: 12, count: file.count - 12) else { return }
    walk(chunks, inFrame: false)
  }

  private mutating func walk(_ chunks: ByteReader, inFrame: Bool) {
    var position = 0
    var announced: (width: Int, height: Int)?
    // Transparency comes in a chunk of its own before the picture's.
    var alpha: Int?
    while let type = chunks.part(at: position, count: 4),
      let length = chunks.uint32(at: position + 4, bigEndian: false)
    {
      let end = min(position + 8 + length, chunks.count)
      guard let content = chunks.part(at: position + 8, count: end - position - 8) else { return }
      switch String(decoding: type.bytes, as: UTF8.self) {
      case "VP8X" where !inFrame:
        guard let width = content.uint24(at: 4), let height = content.uint24(at: 7) else { return }
        announced = (width + 1, height + 1)
      case "ALPH" where picture == nil: alpha = alpha ?? position
      case "VP8 ", "VP8L":
        let start = alpha ?? position
        picture = picture ?? chunks.part(at: start, count: end - start)
      case "ANMF" where !inFrame && picture == nil:
        guard let x = content.uint24(at: 0), let y = content.uint24(at: 3),
          let chunks = content.part(at: 16, count: content.count - 16)
        else { return }
        (canvas, place) = (announced, (2 * x, 2 * y))
        walk(chunks, inFrame: true)
      case "ICCP": profile = profile ?? content
      case "EXIF": exif = exif ?? content
      case "XMP ": xmp = xmp ?? content
      default: break
      }
      position += 8 + length + length % 2
    }
  }
}

extension ByteReader {
  /// RFC 9649 stores these with the lowest byte first.
  fileprivate func uint24(at position: Int) -> Int? {
    guard let low = uint16(at: position, bigEndian: false), let high = byte(at: position + 2) else {
      return nil
    }
    return Int(high) << 16 | low
  }
}
