import Files
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("A folder")
struct FolderTests {
  private let folder = try! TemporaryFolder()

  @Test("gives every name as it is: spellings apart, and those that are no text")
  func names() throws {
    let names: [[UInt8]] = [
      Array(".hidden".utf8), Array("e\u{301}.jpg".utf8), [0x66, 0xFC, 0x72], Array("\u{E9}.jpg".utf8),
    ]
    for name in names { try WholeFile.write([], to: folder.path.appending(name)) }
    #expect(try Folder.names(in: folder.path) == names)
  }

  @Test("is made with those above it, and may be there already; a file in its place is told")
  func making() throws {
    try Folder.make(folder.file("a/b//c/"))
    try Folder.make(folder.file("a/b"))
    #expect(try FileStatus(folder.file("a/b/c"))?.kind == .folder)
    try WholeFile.write([], to: folder.file("file"))
    #expect(throws: FileError(folder.file("file"), "is a file, not a folder")) {
      try Folder.make(folder.file("file/a"))
    }
  }

  @Test("is locked for one at a time")
  func locking() async throws {
    let path = folder.file("count")
    try WholeFile.write([0], to: path)
    try await withThrowingTaskGroup { group in
      for _ in 0..<20 {
        group.addTask {
          let lock = try FolderLock(of: path)
          try WholeFile.write([try WholeFile.read(path, limit: 1)[0] + 1], to: path)
          _ = consume lock
        }
      }
      try await group.waitForAll()
    }
    #expect(try WholeFile.read(path, limit: 1) == [20])
  }
}

@Suite("A file that is read")
struct RegularFileTests {
  private let folder = try! TemporaryFolder()

  @Test("gives as many bytes as are asked for, and tells its size before")
  func reading() throws {
    try WholeFile.write(Array(0..<10), to: folder.file("a"))
    let file = try RegularFile(folder.file("a"))
    #expect(file.size == 10)
    #expect(try file.read(4) == [0, 1, 2, 3])
    #expect(try file.read(100) == Array(4..<10))
    #expect(try file.read(100).isEmpty)
    #expect(throws: FileError.self) { try WholeFile.read(folder.file("a"), limit: 9) }
  }

  @Test("is not waited for: pipes, devices and folders are refused", .timeLimit(.minutes(1)))
  func others() throws {
    try #require(mkfifo(folder.file("pipe").text!, 0o600) == 0)
    for path in [folder.file("pipe"), folder.path, FilePath("/dev/zero"), folder.file("none")] {
      #expect(throws: FileError.self) { _ = try RegularFile(path) }
    }
  }
}
