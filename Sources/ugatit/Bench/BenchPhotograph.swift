import ArgumentParser
import Files
import FoundationEssentials
import Images
import Service

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `ugatit bench photograph`: reads a picture's file to a network's size, in turns with Pillow (Tests/Peers/bench_photo.py).
///
/// It speaks the protocol of `ugatit bench peer`: a greeting, and for each line on standard input one line of JSON.
/// `output FILE` writes the picture as 8 bit RGB; `run N` gives the seconds of N readings after one that is not counted;
/// `memory` gives the bytes that one reading adds to what is resident, at most.
struct BenchPhotograph: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "photograph", abstract: "Read a picture, driven over standard input.", shouldDisplay: false)

  @Argument(help: ArgumentHelp("The picture.", valueName: "file"))
  var file: FilePath

  @Option(.whole(1...8192, "pixels"), "Width and height of what comes out.")
  var side = 256

  @Option(help: "How the picture becomes one of that shape.")
  var fit = Fit.stretch

  @Option(help: "How samples are made of samples.")
  var filter = ResamplingFilter.bilinear

  func run() throws {
    let bytes = try RegularFile(file).read(PictureInput.sizeLimit)
    try answerLine(PeerGreeting(name: "ugatit", version: Version.current))
    while let line = readLine() {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      switch words.first {
      case "output" where words.count == 2:
        let pixels = try read(bytes).pixels
        try WholeFile.write(pixels, to: FilePath(words[1]))
        try answerLine(["values": pixels.count])
      case "run" where words.count == 2:
        guard let runs = Int(words[1]), runs >= 1 else { throw Failure(.badData, "\(line): not a count") }
        try answerLine(["seconds": try Samples.measure(runs: runs) { _ = try read(bytes) }.sorted])
      case "memory" where words.count == 1:
        try answerLine(["bytes": try peakMemory { _ = try read(bytes) }])
      default: throw Failure(.badData, "\(line): not a command; output FILE, run N and memory are")
      }
    }
  }

  private func read(_ bytes: [UInt8]) throws -> RGBImage {
    try DecodingPlan(of: bytes, fit, width: side, height: side, filter: filter).image(of: bytes).image
  }

  /// Bytes that `body` adds to what is resident (proc(5): 5 in clear_refs makes the peak what is resident now).
  private func peakMemory(_ body: () throws -> Void) throws -> Int {
    try WholeFile.write(Array("5".utf8), to: FilePath("/proc/self/clear_refs"))
    let before = try resident("VmRSS:")
    try body()
    return try resident("VmHWM:") - before
  }

  private func resident(_ field: String) throws -> Int {
    let status = String(
      decoding: FileManager.default.contents(atPath: "/proc/self/status") ?? Data(), as: UTF8.self)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field) }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { throw Failure(.internalError, "/proc/self/status does not tell \(field)") }
    return kibibytes << 10
  }
}
