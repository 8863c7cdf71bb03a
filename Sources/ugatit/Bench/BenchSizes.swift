import ArgumentParser
import Kernels
import Networks
import Service

/// `ugatit bench sizes`: whether the speed holds over image sizes and widths.
struct BenchSizes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sizes", abstract: "Time per multiply-add of the light generator over sizes and widths.")

  @Option(name: .customLong("image-size"), parsing: .upToNextOption, help: "Sides of the square images.")
  var imageSizes = [128, 192, 256, 384, 512, 768, 1024]

  @Option(parsing: .upToNextOption, help: "Channels after the first layer (ngf).")
  var channels = [16, 32, 64, 96]

  @Option(help: "Threads; by default one per core.")
  var threads = Processors.available

  @Option(help: "f32 or bf16.")
  var precision: ComputePrecision = .f32

  @Option(help: "How often all shapes have their turn; of each shape's turns the median counts.")
  var rounds = 3

  @Option(help: "A turn takes this long, but at least three runs after one that is not counted.")
  var seconds = 0.2

  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard !imageSizes.isEmpty, !channels.isEmpty, threads >= 1, rounds >= 1, seconds >= 0 else {
      throw ValidationError(
        "give at least one --image-size, --channels, thread and round, and no negative time")
    }
  }

  func run() throws {
    let pool = ThreadPool(width: threads)
    defer { pool.stop() }
    // Rounds, because what disturbs a shared machine for a second or two would make one shape look slow.
    let turns = try (0..<rounds).map { _ in
      try channels.flatMap { width in try imageSizes.map { try measure(width, $0, pool) } }
    }
    let shapes = turns[0].indices.map { index in
      turns.map { $0[index] }.sorted { $0.relativeDone < $1.relativeDone }[rounds / 2]
    }
    try report.show(
      SizesReport(
        isa: InstructionSet.current.name, threads: threads, precision: precision.rawValue, shapes: shapes))
  }

  private func measure(_ channels: Int, _ imageSize: Int, _ pool: ThreadPool) throws -> SizesReport.Shape {
    let network = try UGATITGenerator(
      variant: .light, baseChannels: channels, residualBlocks: 4, imageHeight: imageSize,
      imageWidth: imageSize
    ).network
    let benchmark = try NetworkBenchmark(network, precision: precision, batch: 1, threads: threads)
    let paired = try PairedSamples.measure(
      runs: 3, seconds: seconds, instructionSet: benchmark.network.instructionSet, pool: pool
    ) { try benchmark.run() }
    let median = paired.samples.median
    return SizesReport.Shape(
      channels: channels, imageSize: imageSize, seconds: median, samples: paired.samples.sorted.count,
      peakGflops: paired.peak / 1e9,
      picosecondsDone: median / Double(network.multiplications) * 1e12,
      picosecondsWritten: median / Double(network.directMultiplications) * 1e12)
  }
}
