import ArgumentParser
import Kernels
import Networks

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `ugatit bench network`: seconds per image of a generator with random weights.
struct BenchNetwork: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Seconds per image of a generator with random weights.")

  /// What is made of the images.
  enum Output: String, CaseIterable, ExpressibleByArgument {
    case picture, heatmap
  }

  @OptionGroup var network: NetworkOptions

  @Option(
    help: "What is made: picture, or heatmap, by the first half of the network, in turns with pictures.")
  var output = Output.picture

  @Option(help: "Measured runs, after one that is not counted.")
  var runs = 7

  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard runs >= 1 else { throw ValidationError("--runs must be at least 1") }
  }

  func run() throws {
    let benchmark = try network.benchmark()
    let instructionSet = benchmark.network.instructionSet
    let pool = ThreadPool(width: network.threads)
    defer { pool.stop() }
    let goal: Goal = output == .picture ? .image : .attention
    var pictures: [Double] = []
    let paired = try PairedSamples.measure(
      runs: runs, instructionSet: instructionSet, pool: pool,
      { try benchmark.run(to: goal) },
      between: {
        guard output == .heatmap else { return }
        pictures.append(try ContinuousClock().measure { try benchmark.run() } / .seconds(1))
      })
    let samples = paired.samples.divided(by: Double(network.batch))
    let written = benchmark.network.network
    let done = 2 * Double(written.multiplications(to: goal)) / samples.median
    try report.show(
      NetworkReport(
        variant: network.title, output: output.rawValue, imageSize: network.imageSize,
        channels: network.channels, blocks: network.residualBlocks, isa: instructionSet.name,
        precision: network.precision.rawValue, threads: network.threads, batch: network.batch, samples: runs,
        secondsPerImage: .init(min: samples.minimum, median: samples.median, max: samples.maximum),
        ofPicture: pictures.isEmpty ? nil : paired.samples.median / Samples(pictures).median,
        gflops: done / 1e9,
        directGflops: 2 * Double(written.directMultiplications(to: goal)) / samples.median / 1e9,
        peakGflops: paired.peak / 1e9, fractionOfPeak: done / paired.peak, peakRssBytes: peakResidentBytes()))
  }
}

/// What one measurement gave.
private struct NetworkReport: BenchReport {
  struct Seconds: Encodable {
    let min: Double
    let median: Double
    let max: Double
  }

  /// Of U-GAT-IT's generator; of another, its family.
  let variant: String
  let output: String
  let imageSize: Int
  let channels: Int
  let blocks: Int
  let isa: String
  let precision: String
  let threads: Int
  let batch: Int
  let samples: Int
  let secondsPerImage: Seconds
  /// Its median by that of the whole picture, measured in turns; nil of a picture.
  let ofPicture: Double?
  /// Operations that are really done per second, and those of the network as it is written down.
  let gflops: Double
  let directGflops: Double
  /// What the machine reached meanwhile in fused multiply-adds of f32, and how much of that `gflops` is.
  let peakGflops: Double
  let fractionOfPeak: Double
  let peakRssBytes: Int

  var text: String {
    """
    \(variant) \(channels)×\(blocks) \(imageSize)² \(precision), batch \(batch), \(threads) threads, \(isa)
      seconds per image  median \(fixed(secondsPerImage.median, 4))  min \(fixed(secondsPerImage.min, 4))  \
    max \(fixed(secondsPerImage.max, 4))  (\(samples) runs)\
    \(ofPicture.map { "\n  \(output): \(fixed($0, 2)) of a picture's time, measured in turns" } ?? "")
      \(fixed(gflops, 0)) GFLOP/s done, \(fixed(fractionOfPeak * 100, 0)) % of the f32 multiply-add peak \
    \(fixed(peakGflops, 0)); \(fixed(directGflops, 0)) as direct convolutions
      peak memory \(peakRssBytes >> 20) MiB
    """
  }
}

/// The most memory that this process has had resident.
private func peakResidentBytes() -> Int {
  var usage = rusage()
  // RUSAGE_SELF, whose type glibc and musl disagree on.
  getrusage(0, &usage)
  return usage.ru_maxrss * 1024
}
