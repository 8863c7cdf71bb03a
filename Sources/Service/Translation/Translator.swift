import Batching
import Images
import Networks
import Synchronization

/// From the bytes of a picture to its translation: a place in the queue, decode, fit, wait for a batch, make a picture
/// again.
///
/// It knows nothing of HTTP; the command line uses it too.
public final class Translator: Sendable {
  let pictures: ImagePipeline
  let queue: InferenceQueue
  private let served: Mutex<LoadedModels>

  init(models: LoadedModels, pictures: ImagePipeline, queue: InferenceQueue) {
    served = Mutex(models)
    self.pictures = pictures
    self.queue = queue
  }

  /// A translator for one program that counts no memory.
  public convenience init(
    models: LoadedModels, queue limits: InferenceQueue.Limits, decoding: DecodingLimits = DecodingLimits()
  ) {
    self.init(
      models: models,
      pictures: ImagePipeline(
        limits: decoding, budget: .unlimited, width: Processors.available, maxWaiting: limits.maxQueue),
      queue: InferenceQueue(limits, observe: { _ in }))
  }

  /// What requests find now.
  var models: LoadedModels { served.withLock { $0 } }

  /// Lets requests find these from now on; those that have begun end on what they have.
  func serve(_ models: LoadedModels) {
    let before = served.withLock { served in
      defer { served = models }
      return served
    }
    // What nobody else has goes here, with the lock open.
    _ = consume before
  }

  /// - Parameter file: of a picture; its bytes are gone afterwards.
  /// - Throws: `ModelSelectionError`, `ImageError`, `QueueError`, `CancellationError`, or what the network threw.
  public func translate(_ file: PictureFile, _ options: TranslationOptions) async throws -> Translation {
    try await translate(
      file, options, on: try models.select(model: options.model, direction: options.direction))
  }

  /// - Throws: `ImageError`, `QueueError`, `CancellationError`, or what the network threw.
  func translate(
    _ file: PictureFile, _ options: TranslationOptions, on direction: LoadedDirection,
    watch: StageWatch = .none
  ) async throws -> Translation {
    let model = direction.model
    let place = try queue.reserve()
    let prepared = try await pictures.prepare(
      file, options.fit, options.crop, options.profile, width: model.imageWidth, height: model.imageHeight,
      filter: model.resample)
    watch.spent(prepared, in: .decode)
    let batched = try await queue.run(prepared.value.tensor, on: direction, place)
    watch.spent(batched)
    return Translation(
      key: direction.key,
      translated: RGBImage(
        planarFloats: batched.output.image, width: model.imageWidth, height: model.imageHeight,
        quantization: model.quantization),
      placement: prepared.value.placement,
      explanation: batched.output.attention.map { Explanation($0, of: prepared.value, by: direction.key) },
      times: .init(
        preprocess: prepared.ran, queue: prepared.waited + batched.waited, inference: batched.ran),
      batchSize: batched.batchSize, profile: prepared.value.profile)
  }
}

extension Explanation {
  fileprivate init(_ attention: ClassActivation, of prepared: ImagePipeline.Prepared, by key: ModelKey) {
    self.init(
      key: key, heatmap: Heatmap(width: attention.width, height: attention.height, values: attention.heatmap),
      gapLogit: attention.gapLogit, gmpLogit: attention.gmpLogit, input: prepared.input,
      placement: prepared.placement)
  }
}
