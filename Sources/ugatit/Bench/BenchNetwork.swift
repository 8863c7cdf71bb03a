import ArgumentParser
import Kernels
import Networks
import Service

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `ugatit bench network`: seconds per image of a generator with random weights.
struct BenchNetwork: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Seconds per image of a generator with random weights.")

  @Option(help: "light or full.")
  var variant: GeneratorConfiguration.Variant = .light

  @Option(help: "Side of the square image, a multiple of 4.")
  var imageSize = 256

  @Option(help: "Channels after the first layer (ngf).")
  var channels = 64

  @Option(help: "Residual blocks of the encoder, and of the decoder.")
  var blocks = 4

  @Option(help: "Images at once.")
  var batch = 1

  @Option(help: "Threads; by default one per core.")
  var threads = Processors.available

  @Option(help: "f32 or bf16.")
  var precision: Precision = .f32

  @Option(help: "Measured runs, after one that is not counted.")
  var runs = 7

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard runs >= 1, batch >= 1, threads >= 1 else {
      throw ValidationError("--runs, --batch and --threads must be at least 1")
    }
  }

  func run() throws {
    let configuration = try GeneratorConfiguration(
      variant: variant, baseChannels: channels, residualBlocks: blocks, imageHeight: imageSize,
      imageWidth: imageSize)
    let generator = try Generator(
      weights: SeededWeights(configuration: configuration, seed: 1), configuration: configuration,
      precision: precision, threads: threads)
    let engine = Engine(threads: threads)
    let image = SeededWeights.image(height: imageSize, width: imageSize, seed: 1)
    let images = [[Float]](repeating: image, count: batch)
    let samples = try Samples.measure(runs: runs) { _ = try engine.run(generator, images) }
      .divided(by: Double(batch))
    let report = NetworkReport(
      isa: generator.instructionSet.name, precision: precision.rawValue, threads: threads, batch: batch,
      samples: runs,
      secondsPerImage: .init(min: samples.minimum, median: samples.median, max: samples.maximum),
      gflops: 2 * Double(configuration.multiplications) / samples.median / 1e9,
      directGflops: 2 * Double(configuration.directMultiplications) / samples.median / 1e9,
      peakRssBytes: peakResidentBytes())
    try report.show(json: json, name: "\(variant.rawValue) \(channels)×\(blocks) \(imageSize)²")
  }
}

/// What one measurement gave.
private struct NetworkReport: Encodable {
  struct Seconds: Encodable {
    let min: Double
    let median: Double
    let max: Double
  }

  let isa: String
  let precision: String
  let threads: Int
  let batch: Int
  let samples: Int
  let secondsPerImage: Seconds
  /// Operations that are really done per second, and those of the network as it is written down.
  let gflops: Double
  let directGflops: Double
  let peakRssBytes: Int

  func show(json: Bool, name: String) throws {
    if json { return try printJSON(self, keys: .convertToSnakeCase) }
    print(
      """
      \(name) \(precision), batch \(batch), \(threads) threads, \(isa)
        seconds per image  median \(fixed(secondsPerImage.median, 4))  min \(fixed(secondsPerImage.min, 4))  \
      max \(fixed(secondsPerImage.max, 4))  (\(samples) runs)
        \(fixed(gflops, 0)) GFLOP/s done, \(fixed(directGflops, 0)) as direct convolutions, \
      peak memory \(peakRssBytes >> 20) MB
      """)
  }
}

/// The most memory that this process has had resident.
private func peakResidentBytes() -> Int {
  var usage = rusage()
  // RUSAGE_SELF, whose type glibc and musl disagree on.
  getrusage(0, &usage)
  return usage.ru_maxrss * 1024
}

extension GeneratorConfiguration.Variant: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
