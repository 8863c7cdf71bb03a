import Files
import FoundationEssentials
import Images
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("The user's files", .timeLimit(.minutes(5)))
final class UserFilesTests {
  private let folder = try! PhotographFolder()

  /// A script in the folder.
  private func run(_ script: String) async throws -> FinishedCommand {
    try await FinishedCommand(shell: "cd '\(folder.path)' && MODELS='\(Places.models)' && \(script)")
  }

  @Test(
    "are not overwritten by results, through whatever name; nothing is written then",
    arguments: [
      "in -o in", "in/a.png in/b.jpg -o in", "in -o link", "in/ -o in/../link/.",
      "in -o new --heatmap in", "in/a.png -o in/a.png", "in/a.png -o hard.png",
      "in/a.png -o new.png --heatmap in/a.png", "in/a.png -o link/a.png", "hard.png -o in/a.png",
      "- -o in/a.png < in/a.png", "in/a.png -o - >> in/a.png",
    ])
  func originals(command: String) async throws {
    try folder.add("in/a.png", content: File.read("\(Places.fixtures)/man.toon.png"))
    try folder.add("in/b.jpg")
    try folder.link("link", to: "in")
    try #require(link("\(folder.path)/in/a.png", "\(folder.path)/hard.png") == 0)
    let before = try folder.snapshot()
    let result = try await run("\"$0\" translate --models \"$MODELS\" \(command)")
    #expect(result.status == 1)
    #expect(result.errors.contains("must not replace"))
    #expect(try folder.snapshot() == before)
  }

  @Test("stand as they were when a disk is full, and nothing half is left")
  func fullDisk() async throws {
    try folder.add("in.jpg")
    for name in ["toon.png", "save.json"] { try folder.add(name, content: [1]) }
    try folder.add("keys", content: Array("# ours\n".utf8))
    let before = try folder.snapshot()
    for (command, isFull) in [
      ("translate in.jpg -o toon.png --heatmap /dev/full --models \"$MODELS\"", "/dev/full: No space"),
      ("translate in.jpg -o toon.png --models \"$MODELS\"", "in.jpg: toon.png: File too large"),
      ("translate in.jpg -o new.png --heatmap heat.png --models \"$MODELS\"", "File too large"),
      ("key alice --file keys", "keys: File too large"), ("key alice --file new", "new: File too large"),
      ("bench network --image-size 32 --channels 8 --blocks 1 --runs 1 --save save.json", "File too large"),
      (
        "import \"$MODELS/selfie2toon/A2B.safetensors\" --name x --models .",
        "x/A2B.safetensors: cannot be written: File"
      ),
    ] {
      // No file may grow, which is what a full disk comes to.
      let result = try await run("ulimit -f 0; \"$0\" \(command)")
      #expect(result.status == 1, "\(command)")
      #expect(result.errors.contains(isFull), "\(command): \(result.errors)")
      #expect(try folder.snapshot() == before, "\(command)")
    }
  }

  @Test("of one name but for its ending, its spelling or its encoding all have their results")
  func names() async throws {
    let names: [[UInt8]] = [
      Array("a.jpg".utf8), Array("a.jpeg".utf8), Array("e\u{301}.jpg".utf8),
      Array("gr".utf8) + [0xFC] + Array("n.jpg".utf8),
      Array("\u{E9}.jpg".utf8),
    ]
    for name in names { try folder.add(Array("in/".utf8) + name) }
    let result = try await run("\"$0\" translate in -o out --json --models \"$MODELS\"")
    #expect(result.status == 0)
    #expect(
      result.errors.contains("in/a.jpg: called a.jpg.png")
        && result.errors.contains("in/a.jpeg: called a.jpeg.png"))
    let made = try folder.names(in: "out")
    #expect(
      made == [
        Array("a.jpeg.png".utf8), Array("a.jpg.png".utf8), Array("e\u{301}.png".utf8),
        Array("gr".utf8) + [0xFC] + Array("n.png".utf8), Array("\u{E9}.png".utf8),
      ])
    let report = try TranslateReport(result.output)
    #expect(report.results.count == 5 && report.results.allSatisfy { $0.error == nil })
    #expect(report.results.compactMap(\.note).count == 2)
    let encoded = Data(Array("in/gr".utf8) + [0xFC] + Array("n.jpg".utf8)).base64EncodedString()
    #expect(report.results.compactMap(\.inputBase64) == [encoded])

    let named = try await run(
      "name=in/gr$(printf '\\374')n.jpg; \"$0\" translate \"$name\" -o n$(printf '\\374').png --models \"$MODELS\""
    )
    #expect(named.status == 0)
    #expect(try folder.names().contains([UInt8(ascii: "n"), 0xFC] + Array(".png".utf8)))
  }

  @Test("that are passed over are told with the reason; a name decides nothing, and the exit code is 0")
  func passedOver() async throws {
    try folder.add("in/photo.jfif", "in/misnamed.png")
    try folder.add("in/a.gif", content: Array("GIF89a".utf8))
    try folder.add("in/notes.txt", content: Array("text".utf8))
    let text = try await run("\"$0\" translate in -o out --models \"$MODELS\"")
    #expect(text.status == 0 && text.output.isEmpty)
    #expect(text.errors.contains("passed over as GIF: in/a.gif"))
    #expect(text.errors.contains("passed over as no picture of a known kind: in/notes.txt"))
    #expect(try folder.texts(in: "out") == ["misnamed.png", "photo.png"])
    let json = try await run("\"$0\" translate in -o out --json --models \"$MODELS\"")
    let report = try TranslateReport(json.output)
    #expect(json.status == 0 && report.results.count == 2 && report.error == nil)
    #expect(report.skipped.map(\.path) == ["in/a.gif", "in/notes.txt"])
    #expect(report.skipped.allSatisfy { !$0.reason.isEmpty })
  }

  @Test("'-' is standard input and standard output, of one picture")
  func streams() async throws {
    try folder.add("a.jpg")
    let through = try await run("cat a.jpg | \"$0\" translate - -o - --models \"$MODELS\" > toon.png")
    #expect(through.status == 0 && through.errors.isEmpty)
    let difference = try #require(
      Difference(try RGBImage(decoding: try File.read("\(folder.path)/toon.png")), try Places.toon("man")))
    #expect(difference.share <= 0.001)
    let device = try await run(
      "\"$0\" translate a.jpg -o heat.png --heatmap /dev/stdout --models \"$MODELS\" | head -c 4 > head")
    #expect(device.status == 0)
    #expect(try File.read("\(folder.path)/head") == [0x89, 0x50, 0x4E, 0x47])
    for command in ["a.jpg - -o out", "a.jpg -o - --heatmap -", "a.jpg -o - --json"] {
      #expect(
        try await run("\"$0\" translate \(command) --models \"$MODELS\" < a.jpg").status == 64, "\(command)")
    }
    let gone = try await run(
      "\"$0\" translate a.jpg -o - --models \"$MODELS\" | true; \"$0\" translate - -o x.png --models \"$MODELS\" < /dev/null"
    )
    #expect(gone.status == 65 && gone.errors.contains("-: this is an empty file"))
  }

  @Test("that are none, or no picture, cost nothing and are told, each path once")
  func others() async throws {
    try folder.addPipe("fifo")
    try folder.addSparse("film.mp4", size: 3 << 30, start: Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42".utf8))
    try folder.addSparse("large.jpg", size: 3 << 30, start: [0xFF, 0xD8, 0xFF, 0xE0])
    for (name, status, word) in [
      ("fifo", 66, "is a pipe"), ("/dev/zero", 66, "is a device"), ("film.mp4", 65, "MP4"),
      ("large.jpg", 65, "larger than 512 MiB"), ("none.jpg", 66, "no such file"),
    ] {
      let result = try await run("\"$0\" translate \(name) -o x.png --json --models \"$MODELS\"")
      #expect(result.status == status, "\(name)")
      let line = try #require(result.errors.split(separator: "\n").first)
      #expect(
        line.contains(word) && line.split(separator: name, omittingEmptySubsequences: false).count == 2,
        "\(line)")
      let report = try TranslateReport(result.output)
      #expect(report.error?.contains(word) ?? report.results[0].error?.contains(word) == true)
    }
    #expect(try folder.texts() == ["fifo", "film.mp4", "large.jpg"])
  }

  @Test("--json prints its object also when nothing can be done")
  func failedPlan() async throws {
    try folder.add("in/a.gif", content: Array("GIF89a".utf8))
    let nothing = try await run("\"$0\" translate in -o out --json --models \"$MODELS\"")
    #expect(nothing.status == 66)
    let report = try TranslateReport(nothing.output)
    #expect(report.error?.contains("no PNG, JPEG or WebP files") == true && report.skipped.count == 1)
    try folder.add("a.jpg")
    for options in ["-o x.gif", "-o x.png --models none", "-o x.png --model none --models \"$MODELS\""] {
      let result = try await run("\"$0\" translate a.jpg \(options) --json")
      #expect(result.status != 0)
      #expect(try TranslateReport(result.output).error?.isEmpty == false, "\(options)")
    }
    #expect(try folder.texts() == ["a.jpg", "in"])
  }

  @Test("of keys lose no line, however many commands add one at once, and keep their permissions")
  func keys() async throws {
    let file = folder.file("keys").text ?? ""
    try folder.add("keys", content: Array("# ours".utf8))
    try #require(chmod(file, 0o600) == 0)
    try await withThrowingTaskGroup { group in
      for index in 0..<8 {
        group.addTask {
          try #require(try await FinishedCommand("key", "k\(index)", "--file", file).status == 0)
        }
      }
      try await group.waitForAll()
    }
    let lines = String(decoding: try File.read(file), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 9 && Set(lines.dropFirst().map { $0.prefix(2) }).count == 8)
    var status = stat()
    #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try folder.texts() == ["keys"])
  }
}
