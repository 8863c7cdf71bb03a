import Kernels
import Tensors

/// The weights of one U-GAT-IT generator, checked and packed for the kernels.  Immutable, so any number of plans
/// and threads share it.
public final class Generator: Sendable {
  public let configuration: GeneratorConfiguration
  public let precision: Precision
  public let instructionSet: InstructionSet

  let stem: StemConvolution
  let down: [WinogradConvolution]
  let encoder: [EncoderBlock]
  let attention: Attention
  let modulation: Modulation
  let decoder: [DecoderBlock]
  let up: [UpsamplingStage]
  let head: HeadConvolution

  /// - Parameters:
  ///   - weights: by public name, without `genA2B.`; large ones are used in place, where the source has them in
  ///     memory, and kept alive.
  ///   - precision: operands of the 3×3 convolutions, but for those of the encoder that stay f32 in bf16: the shrinking
  ///     ones and `exactEncoderBlocks`.
  ///   - threads: how many pack.
  /// - Throws: `TensorSourceError` naming the first weight that is missing, has another shape or is not finite;
  ///   `OutOfMemory`; what the source throws.
  public init(
    weights: any TensorSource, configuration: GeneratorConfiguration, precision: Precision,
    instructionSet: InstructionSet = .current, threads: Int = 1
  ) throws {
    try configuration.check(weights.tensors)
    let pool = ThreadPool(width: max(threads, 1))
    defer { pool.stop() }
    let packer = LayerPacker(
      reader: WeightReader(source: weights), precision: precision, instructionSet: instructionSet,
      team: .pool(pool))
    let c = configuration.baseChannels
    let features = configuration.features
    self.configuration = configuration
    self.precision = precision
    self.instructionSet = instructionSet
    stem = try packer.stem("DownBlock.1.weight", outputs: c)
    let exact = packer.exact
    down = [
      try exact.winograd("DownBlock.5.weight", inputs: c, outputs: 2 * c, form: .strided),
      try exact.winograd("DownBlock.9.weight", inputs: 2 * c, outputs: 4 * c, form: .strided),
    ]
    encoder = try (0..<configuration.residualBlocks).map {
      try EncoderBlock(
        $0 < configuration.exactEncoderBlocks ? exact : packer,
        prefix: "DownBlock.\(12 + $0).conv_block", channels: features)
    }
    attention = try Attention(packer, channels: features)
    modulation = try Modulation(packer)
    decoder = try (1...configuration.residualBlocks).map {
      try DecoderBlock(packer, prefix: "UpBlock1_\($0)", channels: features)
    }
    up = [
      try UpsamplingStage(packer, index: 2, inputs: 4 * c, outputs: 2 * c),
      try UpsamplingStage(packer, index: 7, inputs: 2 * c, outputs: c),
    ]
    head = try packer.head("UpBlock2.11.weight", inputs: c)
  }
}

extension GeneratorConfiguration {
  /// Residual blocks of the encoder, from its start, that are f32 in either precision.  What is lost there passes
  /// through everything that follows, and the full variant's γ and β add up every pixel of it: on random networks the
  /// picture then keeps 40 dB and the heatmap 1 % of its largest value.
  fileprivate var exactEncoderBlocks: Int {
    switch variant {
    case .light: (residualBlocks + 1) / 2
    case .full: residualBlocks
    }
  }
}
