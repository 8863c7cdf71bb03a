import Files
import FoundationEssentials
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("While a command works", .timeLimit(.minutes(5)))
final class InterruptionTests {
  private let folder = try! PhotographFolder()

  /// Linux' `F_SETPIPE_SZ`, which the C library tells only where `_GNU_SOURCE` is defined.
  private let fSetPipeSize: Int32 = 1031

  /// Begins to translate eight photographs, `a` to `h`, and returns when the fifth is held up: its picture goes to a pipe
  /// that is full.  Its heatmap is written by then, but has no name yet.
  ///
  /// - Returns: the command, and the pipe's reading end.
  private func begin(_ options: String...) async throws -> (child: ChildProcess, reader: Int32) {
    for name in "abcdefgh" { try folder.add("in/\(name).jpg") }
    try Folder.make(folder.file("out"))
    try folder.addPipe("out/e.png")
    let pipe = folder.file("out/e.png").text ?? ""
    // Opened for both, a pipe waits for nobody.  A page is all it holds then, which is less than a picture.
    let holder = open(pipe, O_RDWR | O_CLOEXEC)
    defer { close(holder) }
    try #require(holder >= 0 && fcntl(holder, fSetPipeSize, 4096) == 4096)
    let child = try ChildProcess(
      [
        "translate", "\(folder.path)/in", "-o", "\(folder.path)/out", "--heatmap", "\(folder.path)/heat",
        "--threads",
        "1", "--models", Places.models,
      ] + options)
    let reader = open(pipe, O_RDONLY | O_CLOEXEC)
    try #require(reader >= 0)
    let isWritten = await onOwnThread {
      var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      return poll(&entry, 1, 120_000) == 1
    }
    try #require(isWritten)
    return (child, reader)
  }

  @Test(
    "An interruption ends a folder soon: what is finished is kept and told, of the rest nothing is left",
    arguments: [SIGINT, SIGTERM])
  func interruption(signal: Int32) async throws {
    let (child, reader) = try await begin("--json")
    defer { close(reader) }
    kill(child.id, signal)
    let result = try await FinishedCommand(child)
    #expect(result.status == 128 + signal)
    let report = try TranslateReport(result.output)
    #expect(report.interrupted == true && report.results.count == 8)
    let done = report.results.filter { $0.error == nil }
    #expect(done.count >= 3 && done.count < 8)
    #expect(result.errors.contains("interrupted: \(done.count) of 8 were translated"))
    let names = done.compactMap { $0.output?.split(separator: "/").last.map(String.init) }
    #expect(try folder.texts(in: "heat") == names)
    #expect(Set(try folder.texts(in: "out")) == Set(names + ["e.png"]))
  }

  @Test("A second signal, which a closed terminal sends, leaves nothing half either")
  func twice() async throws {
    let (child, reader) = try await begin("--json")
    defer { close(reader) }
    kill(child.id, SIGINT)
    kill(child.id, SIGTERM)
    let result = try await FinishedCommand(child)
    #expect([SIGINT, SIGTERM].contains(result.status - 128))
    #expect(try folder.texts(in: "heat").allSatisfy { !$0.hasPrefix(".") })
  }

  @Test("A file that comes to be where a result was to go is not replaced")
  func lateFile() async throws {
    let (child, reader) = try await begin()
    try folder.add("out/h.png", content: [1])
    _ = await onOwnThread { Result { try File.readToEnd(reader) } }
    close(reader)
    let result = try await FinishedCommand(child)
    #expect(result.status == 1)
    #expect(result.errors.contains("in/h.jpg: \(folder.path)/out/h.png: has come to be there"))
    #expect(try File.read("\(folder.path)/out/h.png") == [1])
    #expect(try folder.texts(in: "heat").count == 7)
  }

  @Test("A signal takes away the directory of a model that is being imported")
  func importing() async throws {
    let child = try ChildProcess([
      "import", "\(Places.models)/selfie2toon/A2B.safetensors", "--name", "x", "--models", folder.path,
    ])
    async let result = FinishedCommand(child)
    let models = FilePath(folder.path)
    // As soon as the directory is begun; the command's end bounds it.
    await onOwnThread {
      while kill(child.id, 0) == 0 && (try? Folder.names(in: models).isEmpty) != false {}
      kill(child.id, SIGTERM)
    }
    #expect(try await result.status == 128 + SIGTERM)
    #expect(try folder.texts().isEmpty)
  }
}
