import ArgumentParser

/// `ugatit bench`: how fast this machine runs the networks and their parts.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure the networks and their operators on this machine.",
    subcommands: [
      BenchNetwork.self, BenchSizes.self, BenchKernels.self, BenchPeer.self, BenchPhotograph.self,
    ])
}
