/// A kind of file that people send for a picture, but that is not read.
public struct ForeignFormat: Sendable, Equatable, CustomStringConvertible {
  /// As it stands after "this is": "HEIC", "a web page (HTML)".
  public let name: String
  /// What to do, as it stands after a colon.
  public let advice: String

  public var description: String { "this is \(name), not \(ImageFormat.names): \(advice)" }

  init(_ name: String, _ advice: String) {
    self.name = name
    self.advice = advice
  }

  /// - Parameter mediaType: in lower case, without parameters; nil for types that are read and those not known.
  public init?(mediaType: String) {
    guard let format = Self.mediaTypes[mediaType] else { return nil }
    self = format
  }

  /// The kind that the start of a file tells; nil for what is read and what is not known.
  init?(_ start: ByteReader) {
    let found =
      start.count == 0
      ? Self.empty
      : Self.table.first { $0.patterns.contains { start.begins(with: $0) } }?.format
        ?? Self.ofBrands(start) ?? Self.ofText(start)
    guard let found else { return nil }
    self = found
  }
}

extension ForeignFormat {
  private static let export = "export it as JPEG or PNG"
  private static let develop = "develop it to JPEG with a raw converter"
  private static let frame = "take a frame of it as JPEG or PNG"
  private static let unpack = "unpack it and take the pictures that are in it"

  private static let empty = ForeignFormat("an empty file", "save or download the picture again")
  private static let avif = ForeignFormat("AVIF", export)
  private static let heic = ForeignFormat(
    "HEIC", "export it as JPEG; an iPhone takes JPEGs with Settings > Camera > Formats > Most Compatible")
  private static let gif = ForeignFormat("GIF", export)
  private static let bmp = ForeignFormat("BMP", export)
  private static let ico = ForeignFormat("ICO", export)
  private static let jpegXL = ForeignFormat("JPEG XL", export)
  private static let jpeg2000 = ForeignFormat("JPEG 2000", export)
  private static let psd = ForeignFormat("PSD", export)
  private static let pdf = ForeignFormat("PDF", "export the page or the picture in it as JPEG or PNG")
  private static let tiff = ForeignFormat(
    "TIFF or camera raw (NEF, ARW, DNG)", "export it as JPEG or PNG; raw is developed first")
  private static let mp4 = ForeignFormat("MP4 video", frame)
  private static let quickTime = ForeignFormat("QuickTime video", frame)
  private static let html = ForeignFormat(
    "a web page (HTML)",
    "it came instead of the picture; open the address in a browser and save the picture itself")
  private static let svg = ForeignFormat("SVG", export)
  private static let xml = ForeignFormat(
    "XML", "it may be a server's error message instead of the picture; open it as text and see what it says")

  private static let mediaTypes: [String: ForeignFormat] = [
    "image/heic": heic, "image/heif": heic, "image/heic-sequence": heic, "image/heif-sequence": heic,
    "image/avif": avif, "image/gif": gif, "image/bmp": bmp, "image/x-ms-bmp": bmp,
    "image/tiff": tiff, "image/x-icon": ico, "image/vnd.microsoft.icon": ico, "image/jxl": jpegXL,
    "image/jp2": jpeg2000, "image/svg+xml": svg, "image/vnd.adobe.photoshop": psd, "application/pdf": pdf,
    "text/html": html, "video/mp4": mp4, "video/quicktime": quickTime,
  ]

  /// What is told by fixed bytes at a fixed place; the first that fits counts.
  private static let table: [(format: ForeignFormat, patterns: [BytePattern])] = [
    // PNG and JPEG with something wrong that the first bytes show.
    (
      ForeignFormat(
        "a PNG made for iPhone programs (CgBI)", "convert it with pngcrush -revert-iphone-optimizations"),
      ["\u{89}PNG\r\n\u{1A}\n••••CgBI"]
    ),
    (
      ForeignFormat("a PNG that was transferred as text", "transfer the file again, in binary mode"),
      [
        "\u{89}PNG\n\u{1A}\n", "\u{89}PNG\r\r\n", "\u{89}PNG\r\u{1A}\r", "\u{09}PNG\r\n\u{1A}\n",
        "\u{EF}\u{BF}\u{BD}PNG",
      ]
    ),
    (
      ForeignFormat("a JPEG that was transferred as text", "transfer the file again, in binary mode"),
      ["\u{EF}\u{BF}\u{BD}\u{EF}\u{BF}\u{BD}\u{EF}\u{BF}\u{BD}", "\u{C3}\u{BF}\u{C3}\u{98}\u{C3}\u{BF}"]
    ),
    (
      ForeignFormat("a picture as base64 text", "decode it and take the bytes"),
      ["/9j/", "iVBORw0KGgo", "data:image/"]
    ),
    (
      ForeignFormat("a Git LFS pointer", "fetch the picture itself with git lfs pull"),
      ["version https://git-lfs.github.com/spec/"]
    ),
    (
      ForeignFormat("a file of macOS's metadata (AppleDouble)", "take the file of that name without ._"),
      ["\u{00}\u{05}\u{16}\u{07}"]
    ),

    // Pictures.
    (gif, ["GIF87a", "GIF89a"]),
    (bmp, ["BM••••••••••••\u{0C}\0\0\0", "BM••••••••••••\u{28}\0\0\0"]),
    (bmp, ["BM••••••••••••\u{6C}\0\0\0", "BM••••••••••••\u{7C}\0\0\0"]),
    (ico, ["\0\0\u{01}\0"]),
    (jpegXL, ["\u{FF}\u{0A}", "\0\0\0\u{0C}JXL \r\n\u{87}\n"]),
    (jpeg2000, ["\0\0\0\u{0C}jP  \r\n\u{87}\n", "\u{FF}\u{4F}\u{FF}\u{51}"]),
    (ForeignFormat("JPEG XR", export), ["II\u{BC}"]),
    (
      ForeignFormat("PNM", export),
      (1...7).flatMap { kind in ["\n", "\r", " ", "\t"].map { BytePattern("P\(kind)\($0)", at: 0) } }
    ),
    (ForeignFormat("QOI", export), ["qoif"]),
    (ForeignFormat("OpenEXR", export), ["v/1\u{01}"]),
    (ForeignFormat("Radiance HDR", export), ["#?RADIANCE", "#?RGBE"]),
    (ForeignFormat("DDS", export), ["DDS \u{7C}\0\0\0"]),
    (ForeignFormat("DICOM", export), [BytePattern("DICM", at: 128)]),
    (psd, ["8BPS"]),
    (ForeignFormat("XCF", export), ["gimp xcf"]),
    (pdf, ["%PDF-"]),
    (ForeignFormat("PostScript", export), ["%!PS", "\u{C5}\u{D0}\u{D3}\u{C6}"]),

    // Camera raw, and TIFF, which some of it begins as.
    (ForeignFormat("camera raw (Canon CR2)", develop), ["II*\0••••CR\u{02}"]),
    (ForeignFormat("camera raw (Canon CRW)", develop), ["II••••HEAPCCDR"]),
    (ForeignFormat("camera raw (Olympus ORF)", develop), ["IIRO", "IIRS", "MMOR"]),
    (ForeignFormat("camera raw (Panasonic RW2)", develop), ["IIU\0"]),
    (ForeignFormat("camera raw (Fujifilm RAF)", develop), ["FUJIFILMCCD-RAW"]),
    (ForeignFormat("camera raw (Sigma X3F)", develop), ["FOVb"]),
    (tiff, ["II*\0", "MM\0*", "II+\0", "MM\0+"]),

    // Films.
    (quickTime, ["••••moov", "••••wide", "••••mdat"]),
    (ForeignFormat("AVI video", frame), ["RIFF••••AVI "]),
    (ForeignFormat("Matroska or WebM video", frame), ["\u{1A}\u{45}\u{DF}\u{A3}"]),
    (ForeignFormat("MPEG video", frame), ["\0\0\u{01}\u{BA}", "\0\0\u{01}\u{B3}"]),
    (ForeignFormat("Windows Media", frame), ["0&\u{B2}u\u{8E}f\u{CF}\u{11}"]),
    (ForeignFormat("Flash video", frame), ["FLV\u{01}"]),
    (ForeignFormat("Ogg", frame), ["OggS"]),

    // Archives.
    (ForeignFormat("a zip archive", unpack), ["PK\u{03}\u{04}", "PK\u{05}\u{06}"]),
    (ForeignFormat("a tar archive", unpack), [BytePattern("ustar", at: 257)]),
    (ForeignFormat("a gzip file", unpack), ["\u{1F}\u{8B}"]),
    (ForeignFormat("an xz file", unpack), ["\u{FD}7zXZ\0"]),
    (ForeignFormat("a bzip2 file", unpack), ["BZh"]),
    (ForeignFormat("a zstd file", unpack), ["(\u{B5}/\u{FD}"]),
    (ForeignFormat("a 7z archive", unpack), ["7z\u{BC}\u{AF}'\u{1C}"]),
    (ForeignFormat("a RAR archive", unpack), ["Rar!\u{1A}\u{07}"]),
  ]

  /// Files of boxes say what they are by four letters, and what else they can be read as by more of them (ISO/IEC
  /// 14496-12, section 4.3).
  private static func ofBrands(_ start: ByteReader) -> ForeignFormat? {
    guard start.begins(with: "••••ftyp"), let size = start.uint32(at: 0) else { return nil }
    let positions = [8] + stride(from: 16, to: max(min(size, start.count) - 3, 16), by: 4)
    let brands = positions.compactMap { start.part(at: $0, count: 4) }
    // A general brand (mif1: pictures, isom: films) stands in front of the one that tells which, or alone.
    if let told = brands.lazy.compactMap({ brand in Self.brands.first { brand.starts(with: $0.brand) } })
      .first
    {
      return told.format
    }
    return brands.contains { $0.starts(with: "mif1") || $0.starts(with: "msf1") } ? heic : mp4
  }

  private static let brands: [(brand: String, format: ForeignFormat)] =
    ["avif", "avis"].map { ($0, avif) }
    + ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"].map { ($0, heic) }
    + [
      ("crx ", ForeignFormat("camera raw (Canon CR3)", develop)), ("qt  ", quickTime), ("mp4", mp4),
      ("3gp", ForeignFormat("3GP video", frame)), ("jp2 ", jpeg2000),
      ("M4A ", ForeignFormat("sound (M4A)", "there is no picture in it")),
    ]

  /// Text may begin with a byte order mark and white space, and letters of markup are of either case.
  private static func ofText(_ start: ByteReader) -> ForeignFormat? {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let marked = start.bytes.starts(with: byteOrderMark)
    let bytes = start.bytes.dropFirst(marked ? byteOrderMark.count : 0).drop {
      $0 == 0x20 || (0x09...0x0D).contains($0)
    }
    if bytes.count < start.count, let format = ImageFormat(ByteReader(bytes)) {
      return ForeignFormat(
        "a \(format.name) behind white space",
        "remove what stands before it; the script that sends it may print a line")
    }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    guard text.hasPrefix("<") else { return nil }
    if text.hasPrefix("<!doctype html") || text.contains("<html") { return html }
    if text.contains("<svg") || text.hasPrefix("<!doctype svg") { return svg }
    return text.hasPrefix("<?xml") || text.hasPrefix("<error") ? xml : nil
  }
}
