import Batching
import Images
import Networks

/// From the bytes of a picture to its translation: decode, fit, wait for a batch, make a picture again.
///
/// It knows nothing of HTTP; the command line uses it too.
public final class Translator: Sendable {
  /// What the queue in front of the network takes.
  public struct QueueLimits: Sendable {
    /// Most images of a batch.
    public var maxBatch: Int
    /// Most images waiting.
    public var maxQueue: Int
    /// How long an image waits for company while the cores are free.
    public var maxDelay: Duration

    public init(maxBatch: Int = 4, maxQueue: Int = 64, maxDelay: Duration = .zero) {
      self.maxBatch = maxBatch
      self.maxQueue = maxQueue
      self.maxDelay = maxDelay
    }
  }

  public let models: LoadedModels
  private let limits: QueueLimits
  private let decodingLimits: DecodingLimits
  private let pace = Pace()
  private let queue: BatchQueue<ModelKey, [Float], GeneratorOutput>

  public init(
    models: LoadedModels, queue limits: QueueLimits = QueueLimits(),
    decoding decodingLimits: DecodingLimits = DecodingLimits(),
    observe: @escaping @Sendable (BatchReport<ModelKey>) -> Void = { _ in }
  ) {
    self.models = models
    self.limits = limits
    self.decodingLimits = decodingLimits
    queue = BatchQueue(
      maxBatch: limits.maxBatch, maxQueue: limits.maxQueue, maxDelay: limits.maxDelay,
      observe: { [pace] report in
        pace.record(report.ran / report.size)
        observe(report)
      }, run: models.run)
  }

  /// Images that wait.
  public var queueDepth: Int { queue.depth }
  public var isFull: Bool { queue.isFull }
  public var maxBatch: Int { limits.maxBatch }

  /// How long the images that wait now will keep the cores busy, judged by the last batch.
  public var backlog: Duration { pace.perImage * queue.depth }

  /// - Parameters:
  ///   - bytes: a PNG or JPEG file.
  ///   - deadline: when the answer is of no use any more.
  /// - Throws: `ModelSelectionError`, `ImageError`, `BatchQueueError`, `CancellationError`, or what the network threw.
  public func translate(
    _ bytes: [UInt8], _ options: TranslationOptions, deadline: ContinuousClock.Instant? = nil
  ) async throws -> Translation {
    let (key, model) = try models.catalog.select(model: options.model, direction: options.direction)
    let start = ContinuousClock.now
    let original = try RGBImage(decoding: bytes, limits: decodingLimits)
    let (input, placement) = original.fitted(options.fit, width: model.imageWidth, height: model.imageHeight)
    let tensor = input.planarFloats()
    let preprocess = start.duration(to: .now)

    let batched = try await queue.submit(tensor, key: key, deadline: deadline)
    let output = batched.output
    return Translation(
      key: key,
      translated: RGBImage(planarFloats: output.image, width: model.imageWidth, height: model.imageHeight),
      explanation: Explanation(
        key: key,
        heatmap: Heatmap(width: output.heatmapWidth, height: output.heatmapHeight, values: output.heatmap),
        input: input, placement: placement),
      gapLogit: output.gapLogit, gmpLogit: output.gmpLogit,
      times: .init(preprocess: preprocess, queue: batched.waited, inference: batched.ran),
      batchSize: batched.batchSize)
  }

  /// Takes nothing new, and returns when all that was taken is done.
  public func drain() async { await queue.drain() }
}
