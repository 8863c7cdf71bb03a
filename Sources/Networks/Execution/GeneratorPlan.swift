import Kernels
import Tensors

/// How one image goes through a generator of a given shape: the geometry of every layer and the place of every
/// activation in one arena.  Nothing is allocated while an image is translated.
struct GeneratorPlan: Sendable {
  typealias Region = ArenaPlanner.Region

  let configuration: GeneratorConfiguration

  /// Activations after the stem, the two shrinking and the two enlarging layers, by level: 0 is the full image.
  let shapes: [BlockedShape]
  let downGeometry: [WinogradGeometry]
  let residualGeometry: WinogradGeometry
  let upGeometry: [WinogradGeometry]

  let staging: Region
  let stem: Region
  let down: [Region]
  /// The residual stream of the encoder, and that of the decoder.
  let encoderStream: Region
  let decoderStream: Region
  /// Outputs of a residual block's two convolutions, in the encoder and in the decoder.
  let encoderInner: [Region]
  let decoderInner: [Region]
  let up: [Region]
  /// Inputs of the first fully connected layer.
  let flat: Region
  /// γ, β and the two hidden layers before them.
  let vectors: [Region]
  /// Scratch of the fully connected layers.
  let sums: Region
  /// Scale and shift of the normalisation that is due, and those that change nothing.
  let scale: Region
  let shift: Region
  let one: Region
  let zero: Region
  let maxima: Region
  let moments: Region
  /// One area for each worker.
  let scratch: Region
  let scratchCount: Int
  /// Floats of the arena.
  let count: Int

  init(configuration c: GeneratorConfiguration, workers: Int) {
    configuration = c
    let shapes = (0..<3).map {
      BlockedShape(channels: c.baseChannels << $0, height: c.imageHeight >> $0, width: c.imageWidth >> $0)
    }
    self.shapes = shapes
    let features = shapes[2]
    downGeometry = [
      WinogradGeometry(input: shapes[0], form: .strided), WinogradGeometry(input: shapes[1], form: .strided),
    ]
    residualGeometry = WinogradGeometry(input: features, form: .same)
    upGeometry = [
      WinogradGeometry(input: features, form: .subpixel), WinogradGeometry(input: shapes[1], form: .subpixel),
    ]

    var arena = ArenaPlanner()
    let vector = features.paddedChannels
    scale = arena.claim(vector)
    shift = arena.claim(vector)
    one = arena.claim(vector)
    zero = arena.claim(vector)
    maxima = arena.claim(vector)
    vectors = (0..<4).map { _ in arena.claim(vector) }
    sums = arena.claim(Modulation.scratchCount(c, images: 1))
    moments = arena.claim(Self.momentsCount(shapes, downGeometry, residualGeometry, upGeometry))
    scratchCount = Self.scratchCount(shapes, downGeometry + [residualGeometry] + upGeometry)
    scratch = arena.claim(scratchCount * workers)

    // From here on in the order in which the image passes.
    staging = arena.claim(StemConvolution.stagingCount(height: c.imageHeight, width: c.imageWidth))
    stem = arena.claim(shapes[0].count)
    arena.release(staging)
    let firstDown = arena.claim(shapes[1].count)
    arena.release(stem)
    let secondDown = arena.claim(features.count)
    down = [firstDown, secondDown]
    encoderStream = arena.claim(features.count)
    arena.release(secondDown)
    encoderInner = (0..<2).map { _ in arena.claim(features.count) }
    for region in encoderInner { arena.release(region) }
    decoderStream = arena.claim(features.count)
    arena.release(encoderStream)
    flat = arena.claim(c.variant == .full ? c.modulationInputs : features.paddedChannels)
    arena.release(flat)
    decoderInner = (0..<2).map { _ in arena.claim(features.count) }
    for region in decoderInner { arena.release(region) }
    arena.release(decoderStream)
    // The first enlarging layer's output is as large as the first shrinking layer's, whose place the blocks between
    // them have no need of; the second's then fits where the stem's was.
    up = [firstDown, arena.claim(shapes[0].count)]
    count = arena.count
  }

  private static func momentsCount(
    _ shapes: [BlockedShape], _ down: [WinogradGeometry], _ residual: WinogradGeometry,
    _ up: [WinogradGeometry]
  ) -> Int {
    [
      (StemConvolution.units(height: shapes[0].height), shapes[0]),
      (down[0].units, shapes[1]),
      (down[1].units, shapes[2]),
      (residual.units, shapes[2]),
      (PointwiseConvolution.units(pixels: shapes[2].pixels), shapes[2]),
      (up[0].units, shapes[1]),
      (up[1].units, shapes[0]),
    ].map { ChannelMoments.count(units: $0.0, paddedChannels: $0.1.paddedChannels) }.max()!
  }

  private static func scratchCount(_ shapes: [BlockedShape], _ geometries: [WinogradGeometry]) -> Int {
    let counts = geometries.map(\.scratchCount) + [HeadConvolution.scratchCount(width: shapes[0].width)]
    return (counts.max()! + 15) & ~15
  }
}
