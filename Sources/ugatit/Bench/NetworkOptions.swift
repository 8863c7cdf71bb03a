import ArgumentParser
import Networks
import Service
import Tensors

/// Which generator runs, and how.
struct NetworkOptions: ParsableArguments {
  @Option(help: "ugatit, or resnet: CycleGAN's generator, with --antialias that of CUT and DCLGAN.")
  var architecture = BenchedArchitecture.ugatit

  @Option(help: "light or full, of ugatit; light if not given.")
  var variant: UGATITGenerator.Variant?

  @Flag(help: "Blur before halving and interpolate when doubling, of resnet.")
  var antialias = false

  @Option(help: "Side of the square image, a multiple of 4.")
  var imageSize = 256

  @Option(help: "Channels after the first layer (ngf).")
  var channels = 64

  @Option(
    help: "Residual blocks: 9 of resnet, 4 of ugatit's encoder and as many of its decoder if not given.")
  var blocks: Int?

  @Option(help: "Images at once.")
  var batch = 1

  @Option(help: "Threads; by default one per core.")
  var threads = Processors.available

  @Option(help: "f32 or bf16.")
  var precision: ComputePrecision = .f32

  func validate() throws {
    guard batch >= 1, threads >= 1 else { throw ValidationError("--batch and --threads must be at least 1") }
    guard architecture == .resnet ? variant == nil : !antialias else {
      throw ValidationError("--variant is for --architecture ugatit, --antialias for resnet")
    }
  }

  /// What runs, in a word.
  var title: String {
    switch architecture {
    case .ugatit: (variant ?? .light).rawValue
    case .resnet: antialias ? "resnet-antialiased" : "resnet"
    }
  }

  var residualBlocks: Int { blocks ?? (architecture == .resnet ? 9 : 4) }

  /// - Throws: `TensorSourceError` for a shape that there is no plan for; `OutOfMemory`.
  func benchmark() throws -> NetworkBenchmark {
    try NetworkBenchmark(written(), precision: precision, batch: batch, threads: threads)
  }

  private func written() throws(TensorSourceError) -> Network {
    switch architecture {
    case .ugatit:
      try UGATITGenerator(
        variant: variant ?? .light, baseChannels: channels, residualBlocks: residualBlocks,
        imageHeight: imageSize, imageWidth: imageSize
      ).network
    case .resnet:
      try ResNetGenerator(
        baseChannels: channels, residualBlocks: residualBlocks, antialiasing: antialias ? .both : .none,
        imageHeight: imageSize, imageWidth: imageSize
      ).network
    }
  }
}

/// A family of generators that can be measured.
enum BenchedArchitecture: String, CaseIterable, ExpressibleByArgument {
  case ugatit, resnet
}

extension UGATITGenerator.Variant: ExpressibleByArgument {}
extension ComputePrecision: ExpressibleByArgument {}
