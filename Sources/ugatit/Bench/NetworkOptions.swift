import ArgumentParser
import Networks
import Service

/// Which generator runs, and how.
struct NetworkOptions: ParsableArguments {
  @Option(help: "light or full.")
  var variant: UGATITGenerator.Variant = .light

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
  var precision: ComputePrecision = .f32

  func validate() throws {
    guard batch >= 1, threads >= 1 else { throw ValidationError("--batch and --threads must be at least 1") }
  }

  /// - Throws: `TensorSourceError` for a shape that there is no plan for; `OutOfMemory`.
  func benchmark() throws -> NetworkBenchmark {
    try NetworkBenchmark(
      UGATITGenerator(
        variant: variant, baseChannels: channels, residualBlocks: blocks, imageHeight: imageSize,
        imageWidth: imageSize
      ).network,
      precision: precision, batch: batch, threads: threads)
  }
}

extension UGATITGenerator.Variant: ExpressibleByArgument {}
extension ComputePrecision: ExpressibleByArgument {}
