import Files
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("A file that is written whole or not at all")
struct PartialFileTests {
  private let folder = try! TemporaryFolder()

  private func content(_ name: String) throws -> [UInt8] { try WholeFile.read(folder.file(name), limit: 100) }

  private func permissions(_ name: String) -> mode_t {
    var status = stat()
    return stat(folder.file(name).text!, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test("leaves what had its name until it is complete")
  func replacing() throws {
    try WholeFile.write([1], to: folder.file("a"))
    let file = try PartialFile(folder.file("a"))
    try file.write([2, 2])
    try file.synchronize()
    #expect(try content("a") == [1])
    try file.commit()
    #expect(try content("a") == [2, 2])
    #expect(try folder.names == ["a"])
  }

  @Test("leaves nothing when it is dropped, and what was there stands")
  func dropping() throws {
    try WholeFile.write([1], to: folder.file("a"))
    do {
      let files = try [PartialFile(folder.file("a")), PartialFile(folder.file("b"))]
      for file in files { try file.write([2]) }
      // Optimised code would drop them after their last use.
      let names = try withExtendedLifetime(files) { try folder.names }
      #expect(names.count == 3)
    }
    #expect(try folder.names == ["a"])
    #expect(try content("a") == [1])
  }

  @Test("replaces nothing where it was to be new, however late the other came")
  func new() throws {
    let file = try PartialFile(folder.file("a"), isNew: true)
    try WholeFile.write([1], to: folder.file("a"))
    try file.synchronize()
    #expect(throws: FileError.self) { try file.commit() }
    #expect(throws: FileError.self) { try PartialFile(folder.file("a"), isNew: true) }
    #expect(try content("a") == [1])
  }

  @Test("keeps the permissions of what it replaces, and a link to it")
  func keeping() throws {
    try WholeFile.write([1], to: folder.file("a"))
    try #require(chmod(folder.file("a").text!, 0o640) == 0)
    try folder.link("soft", to: "a")
    try WholeFile.write([2], to: folder.file("soft"))
    #expect(try content("a") == [2] && permissions("a") == 0o640)
    #expect(try FilePlace(folder.file("soft")) == FilePlace(folder.file("a")))
    try folder.link("dangling", to: "new")
    try WholeFile.write([3], to: folder.file("dangling"))
    #expect(try content("new") == [3])
    #expect(try folder.names == ["a", "dangling", "new", "soft"])
  }

  @Test("has room for its temporary name, however long its own is")
  func longName() throws {
    let name = String(repeating: "n", count: 255)
    try WholeFile.write([1], to: folder.file(name))
    #expect(try folder.names == [name])
  }

  @Test("is refused where a folder is, where there is no folder for it, and where a file may not be written")
  func refusals() throws {
    try Folder.make(folder.file("sub"))
    #expect(throws: FileError(folder.file("sub"), "is a folder")) { try PartialFile(folder.file("sub")) }
    #expect(throws: FileError.self) { try PartialFile(folder.file("none/a")) }
    try WholeFile.write([1], to: folder.file("a"))
    try #require(chmod(folder.file("a").text!, 0o444) == 0)
    // Root may write everything.
    if getuid() != 0 { #expect(throws: FileError.self) { try PartialFile(folder.file("a")) } }
  }

  @Test("is written directly where it is a device, and tells that this one is full")
  func devices() throws {
    try WholeFile.write([1], to: FilePath("/dev/null"))
    #expect(throws: FileError(FilePath("/dev/full"), "No space left on device")) {
      try WholeFile.write([1], to: FilePath("/dev/full"))
    }
    #expect(try FileStatus(FilePath("/dev/full"))?.kind == .device)
  }

  @Test("is taken away, and a folder with what is in it, by whoever ends the process")
  func discarding() async throws {
    await #expect(processExitsWith: .exitCode(7)) {
      // Both processes know this name.
      let path = FilePath("/tmp/ugatit-files-\(getppid())")
      try Folder.make(path)
      try WholeFile.write([1], to: path.appending("a".utf8))
      let file = try PartialFile(path.appending("a".utf8))
      let model = try PartialFolder(beside: path.appending("model".utf8))
      let weights = try PartialFile(model.path.appending("weights".utf8))
      try WholeFile.write([2], to: model.path.appending("config".utf8))
      withExtendedLifetime((file, model, weights)) { Unfinished.discard { exit(7) } }
    }
    let path = FilePath("/tmp/ugatit-files-\(getpid())")
    #expect(try Folder.names(in: path) == [Array("a".utf8)])
    #expect(try WholeFile.read(path.appending("a".utf8), limit: 1) == [1])
    unlink("\(path)/a")
    rmdir("\(path)")
  }

  @Test("in a folder of its own that is dropped, it goes with it")
  func folders() throws {
    do {
      let part = try PartialFolder(beside: folder.file("new/model"))
      try WholeFile.write([1], to: part.path.appending("a".utf8))
      #expect(try Folder.names(in: folder.file("new")).count == 1)
    }
    #expect(try Folder.names(in: folder.file("new")).isEmpty)
  }
}
