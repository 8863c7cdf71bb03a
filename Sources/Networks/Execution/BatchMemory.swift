import Kernels
import Tensors

/// What the images of a batch of the full variant keep between encoder and decoder, while the modulation of all of
/// them is computed at once: 8 MB an image at 256×256 and 64 base channels.
///
/// `@unchecked Sendable` because the pointers go into memory that it owns, and each image's part is written by the one
/// thread that has the image.
struct BatchMemory: @unchecked Sendable {
  let images: Int
  let flat: UnsafeMutablePointer<Float>
  let flatStride: Int
  let styles: Modulation.Rows

  private let features: UnsafeMutablePointer<Float>
  private let featureCount: Int
  private let memory: AlignedMemory

  init(plan: GeneratorPlan, images: Int) throws(OutOfMemory) {
    self.images = images
    featureCount = plan.decoderStream.count
    flatStride = plan.flat.count
    let row = plan.vectors[0].count
    let scratch = Modulation.scratchCount(plan.configuration, images: images)
    memory = try AlignedMemory(
      byteCount: ((featureCount + flatStride + 4 * row) * images + scratch) * 4)
    features = memory.floats
    flat = features + featureCount * images
    let rows = flat + flatStride * images
    styles = Modulation.Rows(
      gamma: rows, beta: rows + row * images, hidden: (rows + 2 * row * images, rows + 3 * row * images),
      stride: row, scratch: rows + 4 * row * images)
  }

  /// Takes what the encoder has left.
  func keep(_ run: GeneratorRun, image: Int) {
    (features + image * featureCount).update(from: run.features, count: featureCount)
    (flat + image * flatStride).update(from: run.flat, count: flatStride)
  }

  /// Gives the decoder what it needs, in whatever arena it runs.
  func restore(_ run: GeneratorRun, image: Int) {
    run.features.update(from: features + image * featureCount, count: featureCount)
    run.styles.gamma.update(from: styles.gamma + image * styles.stride, count: styles.stride)
    run.styles.beta.update(from: styles.beta + image * styles.stride, count: styles.stride)
  }
}
