import Testing

@testable import Images

@Suite struct FileKindTests {
  @Test func `formats are told by their first bytes`() {
    #expect(FileKind([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]) == .picture(.png))
    #expect(FileKind([0xFF, 0xD8, 0xFF, 0xE0]) == .picture(.jpeg))
    #expect(FileKind([0xFF, 0xD8, 0xFF]) == .picture(.jpeg))
    #expect(FileKind(Array("RIFF\u{10}\0\0\0WEBPVP8 ".utf8)) == .picture(.webp))
  }

  @Test func `what is too short or not known is unknown`() {
    let strangers: [[UInt8]] = [
      [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47], Array("hello".utf8), Array("BMW was here, not a bitmap".utf8),
      Array("Perl".utf8), Array("<3".utf8), Array("ftypheic".utf8), [0, 0, 0, 0x14, 0x66, 0x74, 0x79],
      // TGA has no signature.
      [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x60, 0, 0x40, 0, 24, 0],
    ]
    for bytes in strangers { #expect(FileKind(bytes) == .unknown, "\(bytes)") }
  }

  /// Pillow and browsers tell an AVIF by `avif` or `avis` anywhere among the brands.
  @Test(arguments: [
    (["heic", "mif1"], "HEIC"), (["heix"], "HEIC"), (["hevc"], "HEIC"), (["hevx", "msf1"], "HEIC"),
    (["mif1"], "HEIC"),
    (["msf1"], "HEIC"), (["mif1", "heic"], "HEIC"), (["msf1", "hevc"], "HEIC"),
    (["mif1", "miaf", "avif"], "AVIF"),
    (["avif", "mif1"], "AVIF"), (["avis", "msf1", "avif"], "AVIF"),
    (["crx ", "isom"], "camera raw (Canon CR3)"),
    (["isom", "iso2", "mp41"], "MP4 video"), (["mp42"], "MP4 video"), (["xyz1"], "MP4 video"),
    (["qt  "], "QuickTime video"), (["3gp4"], "3GP video"), (["jp2 "], "JPEG 2000"),
  ])
  func `brands tell what a file of boxes is`(brands: [String], name: String) {
    #expect(FileKind(file(brands: brands)).foreignName == name)
    // What is behind the box is no brand of it.
    #expect(FileKind(file(brands: brands) + Array("avif".utf8)).foreignName == name)
  }

  @Test func `a file of boxes that is cut off, or says an absurd size, is still told`() {
    let bytes = file(brands: ["mif1", "miaf", "avif"])
    for count in 12..<bytes.count { #expect(FileKind(bytes.prefix(count)).foreignName != nil, "\(count)") }
    #expect(FileKind([0xFF, 0xFF, 0xFF, 0xFF] + bytes.dropFirst(4)).foreignName == "AVIF")
    #expect(FileKind([0, 0, 0, 0] + bytes.dropFirst(4)).foreignName == "HEIC")
  }

  @Test(arguments: [
    ("GIF89a", "GIF"), ("BM6H\0\0\0\0\0\06\0\0\0\u{28}\0\0\0", "BMP"),
    ("\0\0\u{1}\0\u{5}\0", "ICO"), ("\u{FF}\u{A}\u{FA}\u{1F}", "JPEG XL"),
    ("\0\0\0\u{C}JXL \r\n\u{87}\n", "JPEG XL"),
    ("\0\0\0\u{C}jP  \r\n\u{87}\n", "JPEG 2000"), ("\u{FF}\u{4F}\u{FF}\u{51}", "JPEG 2000"),
    ("P6\n96 64\n", "PNM"),
    ("8BPS\0\u{1}", "PSD"), ("%PDF-1.4\n", "PDF"), ("II*\0\u{10}\0\0\0CR\u{2}\0", "camera raw (Canon CR2)"),
    ("II*\0\u{8}\0\0\0", "TIFF or camera raw (NEF, ARW, DNG)"),
    ("MM\0*", "TIFF or camera raw (NEF, ARW, DNG)"),
    ("RIFF\0\0\0\0AVI LIST", "AVI video"), ("\u{1A}\u{45}\u{DF}\u{A3}", "Matroska or WebM video"),
    ("\0\0\0\u{8}wide\0\0", "QuickTime video"), ("PK\u{3}\u{4}", "a zip archive"),
    ("\u{1F}\u{8B}\u{8}", "a gzip file"),
    ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"), ("", "an empty file"),
    ("\0\u{5}\u{16}\u{7}\0\u{2}", "a file of macOS's metadata (AppleDouble)"),
    ("/9j/4AAQSkZJRg", "a picture as base64 text"),
    ("data:image/png;base64,iVBOR", "a picture as base64 text"),
    ("\u{89}PNG\r\n\u{1A}\n\0\0\0\u{4}CgBI", "a PNG made for iPhone programs (CgBI)"),
    ("\u{89}PNG\n\u{1A}\n\0\0", "a PNG that was transferred as text"),
    ("\n\u{FF}\u{D8}\u{FF}\u{E0}", "a JPEG behind white space"),
    ("\u{EF}\u{BB}\u{BF}\u{89}PNG\r\n\u{1A}\n", "a PNG behind white space"),
    ("<svg xmlns=", "SVG"), ("<?xml version='1.0'?>\n<!-- made by -->\n<svg>", "SVG"), (" \n<SVG>", "SVG"),
    ("<!DOCTYPE html><html>404", "a web page (HTML)"),
    ("\u{EF}\u{BB}\u{BF}<html lang=en>", "a web page (HTML)"),
    ("<?xml version='1.0'?><Error><Code>AccessDenied", "XML"),
  ])
  func `what is not read is named, with what to do`(start: String, name: String) throws {
    let bytes = start.unicodeScalars.map { UInt8($0.value) }
    guard case .foreign(let format) = FileKind(bytes) else {
      Issue.record("\(name) is taken for \(FileKind(bytes))")
      return
    }
    #expect(format.name == name)
    #expect(!format.advice.isEmpty)
    guard case .failure(let error) = decoding(bytes) else {
      Issue.record("\(name) is decoded")
      return
    }
    #expect(error.kind == .notAnImage)
    #expect(error.description == "this is \(name), not PNG, JPEG or WebP: \(format.advice)")
  }

  @Test func `what is unknown is told what to send`() {
    guard case .failure(let error) = decoding(Array("hello".utf8)) else {
      Issue.record("it is decoded")
      return
    }
    #expect(error.kind == .notAnImage)
    #expect(error.description.contains("PNG, JPEG or WebP"))
  }

  @Test(arguments: [UInt64(21), 22])
  func `as many bytes as are looked at tell as much as the whole file`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let starts = ["", " ", "<", "<!-- ", "\0\0\u{1}\0", "P6\n", "\0\0\u{10}\0ftypmif1\0\0\0\0"]
    for start in starts {
      for _ in 0..<20 {
        let tail = (0..<2000).map { _ in Array("<svg html>avif\0 ".utf8).randomElement(using: &random) ?? 0 }
        let bytes = start.unicodeScalars.map { UInt8($0.value) } + tail
        #expect(FileKind(bytes.prefix(FileKind.prefixLength)) == FileKind(bytes), "seed \(seed)")
      }
    }
  }

  /// The first box of such a file, with its brands, and the beginning of the next.
  private func file(brands: [String]) -> [UInt8] {
    let content = Array("ftyp\(brands[0])\0\0\0\0\(brands.dropFirst().joined())".utf8)
    return UInt32(content.count + 4).bigEndianBytes + content + [0, 0, 0, 8] + Array("mdat".utf8)
  }
}

extension FileKind {
  fileprivate var foreignName: String? {
    if case .foreign(let format) = self { format.name } else { nil }
  }
}
