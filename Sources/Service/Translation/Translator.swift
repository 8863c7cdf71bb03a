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
    try await translate(file, options, on: try models.select(options))
  }

  /// Finds that options can be had of the model that they mean.
  /// - Throws: `ModelSelectionError`, `ImageSizeError`.
  public func check(_ options: TranslationOptions) throws {
    let direction = try models.select(options)
    if let side = options.side { try direction.check(side) }
  }

  /// - Throws: `ImageError`, `QueueError`, `CancellationError`, or what the network threw.
  func translate(
    _ file: PictureFile, _ options: TranslationOptions, on direction: LoadedDirection,
    watch: StageWatch = .none
  ) async throws -> Translation {
    Translation(try await pass(file, options, on: direction, to: .image, watch: watch))
  }

  /// Takes a picture through the network, as far as its goal.
  /// - Throws: `ImageError`, `QueueError`, `CancellationError`, or what the network threw.
  func pass(
    _ file: PictureFile, _ options: TranslationOptions, on direction: LoadedDirection, to goal: Goal,
    watch: StageWatch
  ) async throws -> Passage {
    let model = direction.model
    let size = options.side ?? model.size
    let place = try queue.reserve()
    // What the models' own sizes take is the queue's part of the memory.
    let prepared = try await pictures.prepare(
      file, options.fit, options.crop, options.profile, width: size.width, height: size.height,
      filter: model.resample, keeping: size == model.size ? 0 : Passage.byteCount(size))
    watch.spent(prepared, in: .decode)
    let key = BatchKey(direction: direction, goal: goal, size: size == model.size ? nil : size)
    let batched = try await queue.run(prepared.value.tensor, key, place)
    watch.spent(batched)
    return Passage(
      key: direction.key, quantization: model.quantization, prepared: prepared.value, output: batched.output,
      judges: model.discriminators(of: direction.key.direction),
      times: .init(
        preprocess: prepared.ran, queue: prepared.waited + batched.waited, inference: batched.ran),
      batchSize: batched.batchSize)
  }
}
