import ArgumentParser
import Files
import FoundationEssentials
import Networks
import Service

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `ugatit bench peer`: one of the engines that Tests/Peers measures in turns, by the protocol that all of them speak
/// (Tests/Peers/peers/worker.py).
///
/// Once loaded it prints its name and version.  Then it answers each line on standard input by one line of JSON:
/// `output FILE` writes the batch's pictures, `[N][3][H][W]` as f32 of this machine's byte order; `run N` gives the
/// seconds of N batches after one that is not counted.  The end of the input ends it.
struct BenchPeer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peer", abstract: "Take turns with other engines, driven over standard input.",
    shouldDisplay: false)

  @OptionGroup var network: NetworkOptions

  func run() throws {
    let benchmark = try network.benchmark()
    try answerLine(PeerGreeting(name: "ugatit", version: Version.current))
    while let line = readLine() {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      switch words.first {
      case "output" where words.count == 2:
        let pictures = try benchmark.run().flatMap(\.image)
        try WholeFile.write(pictures.withUnsafeBytes(Array.init), to: FilePath(words[1]))
        try answerLine(Output(values: pictures.count))
      case "run" where words.count == 2:
        guard let runs = Int(words[1]), runs >= 1 else { throw Failure(.badData, "\(line): not a count") }
        try answerLine(Turn(seconds: Samples.measure(runs: runs) { try benchmark.run() }.sorted))
      default: throw Failure(.badData, "\(line): not a command; output FILE and run N are")
      }
    }
  }

  private struct Output: Encodable {
    let values: Int
  }

  private struct Turn: Encodable {
    let seconds: [Double]
  }
}

/// The first line of who takes turns.
struct PeerGreeting: Encodable {
  let name: String
  let version: String
}

/// Prints a line of JSON.
func answerLine(_ value: some Encodable) throws {
  print(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
  // The reader waits for this line, and standard output is a pipe.
  fflush(nil)
}
