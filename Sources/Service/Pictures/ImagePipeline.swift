import Batching
import HTTP
import Images

/// From the bytes of pictures to tensors, and from what the network made back to bytes.
///
/// All of this computes for long, so it runs on threads of its own, and holds much memory, so it waits until the
/// budget has it.  It knows no network and no queue.
public final class ImagePipeline: Sendable {
  let limits: DecodingLimits
  let budget: MemoryBudget
  private let executor: BoundedExecutor
  private let maxWaiting: Int

  /// - Parameters:
  ///   - width: threads, one for each processor.
  ///   - maxWaiting: works that wait for memory at most, and for a thread.
  init(limits: DecodingLimits, budget: MemoryBudget, width: Int, maxWaiting: Int) {
    self.limits = limits
    self.budget = budget
    self.maxWaiting = maxWaiting
    executor = BoundedExecutor(label: "pictures", width: width, maxWaiting: maxWaiting)
  }

  /// Works that wait beside a queue: twice as many as its pictures, for what has been decoded will be encoded.
  static func maxWaiting(_ limits: InferenceQueue.Limits) -> Int {
    2 * limits.maxQueue + Processors.available
  }

  /// A picture as the network takes it.
  struct Prepared: Sendable {
    /// `[3][height][width]` with values in -1...1.
    let tensor: [Float]
    /// What the network sees, and how it lies in the picture that was sent.
    let input: RGBImage
    let placement: Placement
    /// What became of its colour profile.
    let profile: ProfileOutcome
    /// Memory that it was to keep.
    let lease: MemoryBudget.Lease?
  }

  /// Decodes a file and fits the picture into a size.
  ///
  /// - Parameters:
  ///   - filter: what samples are made of where the size is another.
  ///   - kept: bytes that are counted for what becomes of it, as long as anybody has its lease; 0 where they are counted
  ///     elsewhere.
  /// - Throws: `ImageError`, `QueueError.full`, `Problem.noMemory`, `CancellationError`.
  func prepare(
    _ file: PictureFile, _ fit: Fit, _ crop: Rectangle?, _ profile: ProfileUse, width: Int, height: Int,
    filter: ResamplingFilter, keeping kept: Int = 0
  ) async throws -> TimedValue<Prepared> {
    guard kept <= budget.limitOfLong else { throw tooLarge(kept) }
    let plan = try file.peek {
      try DecodingPlan(
        of: $0, fit, crop: crop, width: width, height: height, filter: filter, profile: profile,
        limits: limits)
    }
    // The tensor of floats comes beside the picture.
    return try await work(holding: max(plan.bytes + 12 * width * height, kept)) { lease in
      // The lease of the file's bytes ends with them, here.
      let (bytes, _) = file.take()
      let (input, profile) = try plan.image(of: bytes)
      let tensor = input.planarFloats()
      guard kept == 0 || lease.keep(kept) else { throw Problem.noMemory }
      return Prepared(
        tensor: tensor, input: input, placement: plan.placement, profile: profile,
        lease: kept > 0 ? lease : nil)
    }
  }

  /// Runs what draws and encodes pictures.
  ///
  /// - Parameters:
  ///   - bytes: memory that it holds at most.
  ///   - work: gets the lease of that memory, which ends with it unless it is kept.
  /// - Throws: `ImageError` where there is never so much memory; `QueueError.full`, `CancellationError`, or what `work`
  ///   throws.
  func work<Value: Sendable>(
    holding bytes: Int, _ work: @escaping @Sendable (MemoryBudget.Lease) throws -> Value
  ) async throws -> TimedValue<Value> {
    guard bytes <= budget.limit else { throw tooLarge(bytes) }
    // What waits to be drawn holds what the network made of it.
    guard budget.waiting < maxWaiting else { throw QueueError.full }
    let arrival = ContinuousClock.now
    let lease = try await budget.waitForShort(bytes)
    let waited = arrival.duration(to: .now)
    let done = try await executor.run { try work(lease) }
    return TimedValue(value: done.value, waited: waited + done.waited, ran: done.ran)
  }

  private func tooLarge(_ bytes: Int) -> ImageError {
    ImageError(
      .tooLarge,
      "the image takes \(bytes >> 20) MB of memory to work on, and this server has "
        + "\(budget.limit >> 20) MB for that (--upload-memory-mb): make it smaller")
  }
}
