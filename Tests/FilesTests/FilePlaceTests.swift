import Files
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Where a file is")
struct FilePlaceTests {
  private let folder = try! TemporaryFolder()

  private func place(_ name: String) throws -> FilePlace { try #require(try FilePlace(folder.file(name))) }

  @Test("is one place for every name of a file")
  func names() throws {
    try WholeFile.write([1], to: folder.file("a"))
    try WholeFile.write([1], to: folder.file("b"))
    try Folder.make(folder.file("sub"))
    try folder.link("soft", to: "a")
    try folder.link("up", to: ".")
    try #require(link(folder.file("a").text!, folder.file("hard").text!) == 0)
    for name in ["soft", "hard", "./a", "sub/../a", "up/a", "up/up//soft"] {
      #expect(try place(name) == place("a"), "\(name)")
    }
    #expect(try place("b") != place("a"))
  }

  @Test("is one place for every name of a file that is not there yet")
  func absent() throws {
    try Folder.make(folder.file("sub"))
    try folder.link("same", to: "sub")
    try folder.link("dangling", to: "sub/new")
    for name in ["same/new", "sub/./new", "sub/x/../new", "dangling"] {
      #expect(try place(name) == place("sub/new"), "\(name)")
    }
    #expect(try place("sub/x/new") == place("same/x//new"))
    #expect(try place("sub/x/new") != place("sub/new"))
    #expect(try place("sub/New") != place("sub/new"))
  }

  @Test("is none for a device, and an error for links in a circle")
  func others() throws {
    #expect(try FilePlace(FilePath("/dev/null")) == nil)
    try folder.link("circle", to: "circle")
    #expect(throws: FileError.self) { try FilePlace(folder.file("circle")) }
  }
}
