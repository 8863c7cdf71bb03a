import ArgumentParser
import Kernels
import Service

/// `ugatit bench kernels`: every operator of the light 256×256 network, beside the machine's peak.
struct BenchKernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Every operator of the 256×256 network beside this machine's peak.")

  @Option(help: "Threads; by default one per core.")
  var threads = Processors.available

  @Option(help: "Measured runs of each, after one that is not counted.")
  var runs = 15

  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard runs >= 1, threads >= 1 else { throw ValidationError("--runs and --threads must be at least 1") }
  }

  func run() throws {
    let pool = ThreadPool(width: threads)
    defer { pool.stop() }
    let instructionSet = InstructionSet.current
    let operators = try OperatorBenchmarks(instructionSet: instructionSet, team: .pool(pool)).all()
    let rows = operators.map { benchmark in
      let paired = PairedSamples.measure(
        runs: runs, instructionSet: instructionSet, pool: pool, benchmark.run)
      let speed = benchmark.operations / paired.samples.median
      return KernelReport.Row(
        name: benchmark.name, seconds: paired.samples.median, minSeconds: paired.samples.minimum,
        gflops: speed / 1e9, gbytes: benchmark.bytes / paired.samples.median / 1e9,
        peakGflops: paired.peak / 1e9, fractionOfPeak: speed / paired.peak)
    }
    try report.show(
      KernelReport(isa: instructionSet.name, threads: threads, samples: runs, kernels: rows))
  }
}

/// What the measurement gave.
private struct KernelReport: BenchReport {
  struct Row: Encodable {
    let name: String
    let seconds: Double
    let minSeconds: Double
    let gflops: Double
    let gbytes: Double
    /// What the machine reached meanwhile in fused multiply-adds of f32.
    let peakGflops: Double
    let fractionOfPeak: Double
  }

  let isa: String
  let threads: Int
  let samples: Int
  let kernels: [Row]

  var text: String {
    let heading = "\(isa), \(threads) threads; the peak is that of f32 multiply-adds, measured in turns"
    let names = [
      column("operator", 34, leading: true), column("ms", 9), column("min ms", 9), column("GFLOP/s", 9),
      column("GB/s", 8), column("peak", 7), column("of peak", 9),
    ]
    let rows = kernels.map { row in
      [
        column(row.name, 34, leading: true), column(fixed(row.seconds * 1e3, 3), 9),
        column(fixed(row.minSeconds * 1e3, 3), 9), column(fixed(row.gflops, 1), 9),
        column(fixed(row.gbytes, 1), 8),
        column(fixed(row.peakGflops, 0), 7), column(fixed(row.fractionOfPeak * 100, 0) + " %", 9),
      ].joined()
    }
    return ([heading, names.joined()] + rows).joined(separator: "\n")
  }
}
