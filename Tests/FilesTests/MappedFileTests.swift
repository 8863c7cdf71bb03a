import Files
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("A mapped file", .timeLimit(.minutes(1)))
struct MappedFileTests {
  private let page = Int(getpagesize())

  @Test("gives the file's bytes, and is whole")
  func bytes() throws {
    let folder = try TemporaryFolder()
    let content = (0..<3 * page + 5).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try WholeFile.write(content, to: folder.file("file"))
    let file = try #require(try RegularFile(folder.file("file")).mapped())
    #expect(Array(file.bytes) == content)
    file.discard(0..<content.count)
    #expect(Array(file.bytes) == content)
    #expect(file.isWhole)
    try WholeFile.write([], to: folder.file("empty"))
    #expect(try RegularFile(folder.file("empty")).mapped() == nil)
  }

  @Test("that becomes shorter reads as zeros from there on, and says so, and others are left alone")
  func shortened() throws {
    let folder = try TemporaryFolder()
    let content = [UInt8](repeating: 7, count: 6 * page)
    for name in ["file", "other"] { try WholeFile.write(content, to: folder.file(name)) }
    let path = folder.file("file")
    let file = try #require(try RegularFile(path).mapped())
    let other = try #require(try RegularFile(folder.file("other")).mapped())
    try #require(truncate(path.description, off_t(2 * page + 1)) == 0)
    #expect(file.bytes[2 * page] == 7 && file.bytes[2 * page + 1] == 0)
    #expect(file.isWhole)
    #expect(file.bytes[5 * page] == 0 && file.bytes[3 * page] == 0 && file.bytes[6 * page - 1] == 0)
    #expect(!file.isWhole)
    #expect(file.bytes[0] == 7)
    #expect(other.isWhole && Array(other.bytes) == content)
  }

  @Test("may be one of many, and one too many is refused rather than left without care")
  func many() throws {
    let folder = try TemporaryFolder()
    try WholeFile.write([1], to: folder.file("file"))
    let path = folder.file("file")
    for _ in 0..<2 {
      var files: [MappedFile] = []
      let error = #expect(throws: FileError.self) {
        for _ in 0...100 { files.append(try #require(try RegularFile(path).mapped())) }
      }
      #expect(error?.reason.hasPrefix("cannot be mapped: ") == true)
      #expect(files.count > 10)
    }
  }
}
