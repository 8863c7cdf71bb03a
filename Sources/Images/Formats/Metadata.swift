import CCodecs

/// What a file holds beside its pixels that may say how they are turned, and what their colours are.
struct Metadata {
  /// A TIFF structure (EXIF 2.32, section 4.5.2).
  private(set) var exif: ByteReader?
  /// A packet of XML.
  private(set) var xmp: ByteReader?
  private(set) var profile: StoredProfile?

  init(of bytes: [UInt8], format: ImageFormat) {
    let reader = ByteReader(bytes[...])
    switch format {
    case .jpeg: readSegments(of: reader)
    case .png: readChunks(of: reader)
    case .webp: self = Metadata(of: WebPContainer(reader))
    }
  }

  /// The chunks of a WebP file (RFC 9649, section 2.7.1.5); some programs copy a JPEG's segment whole.
  init(of container: WebPContainer) {
    exif = container.exif.map { $0.part(behind: Self.exifHeader) ?? $0 }
    xmp = container.xmp
    profile = container.profile.map { .plain([$0]) }
  }

  private static let exifHeader = "Exif\0\0"

  /// The first APP1 segments of either kind, and the profile's APP2 segments (EXIF 2.32, section 4.7.2; XMP specification, part 3, section 1.1.3).
  private mutating func readSegments(of file: ByteReader) {
    let xmpHeader = "http://ns.adobe.com/xap/1.0/\0"
    var profile = ProfileSegments()
    defer { self.profile = profile.profile }
    var position = 2  // after SOI
    while let byte = file.byte(at: position), let marker = file.byte(at: position + 1) {
      // Bytes that are no marker, and fill bytes, are passed over as libjpeg does it.
      guard byte == 0xFF, marker != 0xFF, marker != 0 else {
        position += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { return }  // the picture begins: SOS; or nothing does: EOI
      guard let length = file.uint16(at: position + 2), length >= 2,
        let segment = file.part(at: position + 4, count: length - 2)
      else { return }
      if marker == 0xE1 {
        exif = exif ?? segment.part(behind: Self.exifHeader)
        xmp = xmp ?? segment.part(behind: xmpHeader)
      } else if marker == 0xE2 {
        profile.add(segment)
      }
      position += 2 + length
    }
  }

  /// The eXIf chunk (PNG 3rd edition, section 11.3.4.5), or else the text that ImageMagick writes; and XMP in iTXt,
  /// not compressed (XMP specification, part 3, section 1.1.5).  Checksums are not looked at: what makes sense is
  /// believed, a stale one is all that some editors leave behind.
  private mutating func readChunks(of file: ByteReader) {
    let exifText = "Raw profile type exif\0"
    var text: ByteReader?
    var position = 8  // after the signature
    while let length = file.uint32(at: position), let type = file.part(at: position + 4, count: 4) {
      if let content = file.part(at: position + 8, count: length) {
        switch String(decoding: type.bytes, as: UTF8.self) {
        case "eXIf": exif = exif ?? content.part(behind: Self.exifHeader) ?? content
        case "iCCP": profile = profile ?? content.compressedProfile()
        case "tEXt": text = text ?? content.part(behind: exifText)?.prefix(Self.longestText)
        case "zTXt": text = text ?? content.part(behind: exifText + "\0")?.inflated(atMost: Self.longestText)
        case "iTXt":
          xmp = xmp ?? content.part(behind: "XML:com.adobe.xmp\0\0\0\0\0")?.prefix(Self.longestText)
        default: break
        }
      }
      position += 12 + length
    }
    exif = exif ?? text?.rawProfile()?.part(behind: Self.exifHeader)
  }

  /// Bytes of a text that are looked at, so that huge ones cost nothing: what is looked for lies at the beginning, and
  /// a JPEG's segments cannot be longer either.
  private static let longestText = 1 << 16
}

extension ByteReader {
  fileprivate func prefix(_ count: Int) -> ByteReader { ByteReader(bytes.prefix(count)) }

  /// What follows a name and a method (PNG 3rd edition, section 11.3.2.3).
  fileprivate func compressedProfile() -> StoredProfile? {
    guard let end = bytes.prefix(80).firstIndex(of: 0) else { return nil }
    let start = end - bytes.startIndex + 2
    return part(at: start, count: count - start).map { .compressed($0) }
  }

  /// A zlib stream's content, or as much of it as there is room for and as makes sense.
  func inflated(atMost capacity: Int) -> ByteReader {
    let inflated = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      // Unsafe because C fills the array in place and says how much of it.
      count = bytes.withUnsafeBufferPointer { from in
        guard let start = from.baseAddress, let to = buffer.baseAddress else { return 0 }
        return codecs_inflate(start, from.count, to, capacity)
      }
    }
    return ByteReader(inflated[...])
  }

  /// The bytes of an ImageMagick profile: an empty line, a name, a length, and then digits in lines.
  fileprivate func rawProfile() -> ByteReader? {
    let lines = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count == 4 else { return nil }
    let digits = lines[3].compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    let pairs = stride(from: 0, to: digits.count - 1, by: 2)
    return ByteReader(pairs.map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }[...])
  }
}
