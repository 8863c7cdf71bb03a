import Kernels
import Tensors

/// What the images of a batch keep while the step that is done for all of them at once is: 8 MB an image of the full
/// variant at 256×256 and 64 base channels.
///
/// `@unchecked Sendable` because the pointers go into memory that it owns, and each image's part is written by the one
/// thread that has the image.
struct BatchMemory: @unchecked Sendable {
  let images: Int

  private let step: ExecutionPlan.BatchedStep
  private let memory: AlignedMemory
  private let kept: UnsafeMutablePointer<Float>
  private let keptCount: Int
  private let vectors: UnsafeMutablePointer<Float>
  private let rows: ModulationLayer.Rows

  init(_ step: ExecutionPlan.BatchedStep, images: Int) throws(OutOfMemory) {
    self.images = images
    self.step = step
    keptCount = step.kept.reduce(0) { $0 + $1.count }
    let row = step.regions.styles.gamma.count
    memory = try AlignedMemory(byteCount: Self.byteCount(step, images: images))
    kept = memory.floats
    vectors = kept + keptCount * images
    let rows = vectors + step.vector.count * images
    self.rows = ModulationLayer.Rows(
      gamma: rows, beta: rows + row * images, hidden: (rows + 2 * row * images, rows + 3 * row * images),
      stride: row, scratch: rows + 4 * row * images)
  }

  /// Bytes for so many images.
  static func byteCount(_ step: ExecutionPlan.BatchedStep, images: Int) -> Int {
    let kept = step.kept.reduce(0) { $0 + $1.count }
    let row = step.regions.styles.gamma.count
    let scratch = step.parameters.scratchCount(images: images)
    return ((kept + step.vector.count + 4 * row) * images + scratch) * 4
  }

  /// Takes what the steps before have left.
  func keep(_ run: NetworkRun, image: Int) {
    let step = place(in: run)
    var target = kept + image * keptCount
    for region in step.kept {
      target.update(from: run.pointer(region), count: region.count)
      target += region.count
    }
    (vectors + image * step.vector.count).update(from: run.pointer(step.vector), count: step.vector.count)
  }

  /// The step itself, for the first images.
  func modulate(_ network: PackedNetwork, images: Int, team: Team) {
    guard case .modulation(let layer) = network.layers[step.index] else {
      preconditionFailure("plan and weights are of different networks")
    }
    layer.run(vectors, vectorStride: step.vector.count, images: images, into: rows, team: team)
  }

  /// Gives the steps after what they need, in whatever arena they run.
  func restore(_ run: NetworkRun, image: Int) {
    let step = place(in: run)
    var source = kept + image * keptCount
    for region in step.kept {
      run.pointer(region).update(from: source, count: region.count)
      source += region.count
    }
    let styles = step.regions.styles
    run.pointer(styles.gamma).update(from: rows.gamma + image * rows.stride, count: rows.stride)
    run.pointer(styles.beta).update(from: rows.beta + image * rows.stride, count: rows.stride)
  }

  /// Plans for one thread and for several lay the same regions out otherwise.
  private func place(in run: NetworkRun) -> ExecutionPlan.BatchedStep {
    guard let step = run.plan.batchedStep else { preconditionFailure("the plan has no batched step") }
    return step
  }
}
