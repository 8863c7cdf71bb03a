import Kernels
import Synchronization
import Tensors

/// Runs networks on the cores that it owns.
///
/// With fewer images than threads, all threads share one image; with at least as many, each thread takes images of
/// its own, which needs no barriers between layers.  A step that has a great many weights
/// reads them once for all images of a batch.  Every way gives the same bits.
public final class Engine: Sendable {
  /// Threads, the caller's included.
  public let threads: Int

  private let pool: ThreadPool
  /// Held by whoever has the cores.  Plans have a lock of their own, so that memory for a network that comes is laid
  /// out while another one translates.
  private let cores = Mutex(())
  private let plans = Mutex(PlanShelf())

  public init(threads: Int) {
    self.threads = max(threads, 1)
    pool = ThreadPool(width: self.threads)
  }

  deinit { pool.stop() }

  /// Plans and allocates everything that running this network needs, so that the first request does not pay for it.
  /// Networks of one shape share their plan.
  /// - Parameter batch: images that will come at once; from `threads` on each thread gets an arena of its own.
  /// - Throws: `OutOfMemory`.
  public func prepare(_ network: PackedNetwork, batch: Int = 1) throws {
    let shape = network.network
    var memory = plans.withLock { $0.take(shape) } ?? PlannedMemory(network: shape, threads: threads)
    try memory.prepare(batch: batch)
    let (prepared, user) = (memory, ObjectIdentifier(network))
    plans.withLock { $0.put(prepared, for: shape, preparedFor: user) }
  }

  /// Says that a network which was prepared will not run any more: the plan of its shape goes with the last one.
  public func release(_ network: PackedNetwork) {
    let unused = plans.withLock { $0.release(network.network, by: ObjectIdentifier(network)) }
    // Its memory goes here, with the lock open.
    _ = consume unused
  }

  /// Bounds the memory of networks that run without having been prepared, at sizes that requests ask for: the latest of
  /// them keep theirs.
  /// - Parameter bytes: of all of these together.
  public func limitUnprepared(bytes: Int) { plans.withLock { $0.guestBytes = bytes } }

  /// Shapes that there are plans for.
  var plannedShapes: Int { plans.withLock { $0.count } }

  /// Finds, without laying it out, which takes time that grows with the size, that a network can be run on images of a
  /// size: by the memory that it takes at least.  What a run then finds to be a little more is refused there.
  /// - Throws: `ImageSizeError`.
  public func check(_ network: PackedNetwork, at size: ImageSize) throws(ImageSizeError) {
    let shape = try network.network.resized(to: size)
    let (isPrepared, limit) = plans.withLock { ($0.isPrepared(shape), $0.guestBytes) }
    if !isPrepared { try check(shape.leastByteCount, of: shape, limit: limit) }
  }

  /// Runs images through a network.  One caller at a time runs; others wait.
  /// - Parameters:
  ///   - inputs: each `[3][H][W]` with values in −1…1.
  ///   - goal: where their way ends.
  ///   - size: of the images; the network's own when nil.
  /// - Throws: `EngineError` for an input of another size, or a goal that the network does not lead to;
  ///   `ImageSizeError`; `OutOfMemory` when nothing was prepared.
  public func run(
    _ network: PackedNetwork, _ inputs: [[Float]], to goal: Goal = .image, at size: ImageSize? = nil
  ) throws -> [NetworkOutput] {
    let network = try size.map { try network.resized(to: $0) } ?? network
    guard network.network.stepCount(to: goal) != nil else {
      throw EngineError.noAttention(network.network.title)
    }
    let expected = 3 * network.network.size.pixels
    for input in inputs where input.count != expected {
      throw EngineError.wrongInputSize(count: input.count, expected: expected)
    }
    return try cores.withLock { _ in
      try memory(for: network.network, batch: inputs.count).run(network, inputs, to: goal, pool: pool)
    }
  }

  /// What is planned for a shape, or a new plan, with room for so many images; for a guest that has not the memory for
  /// an arena on each thread, with room for one at a time.
  private func memory(for shape: Network, batch: Int) throws -> PlannedMemory {
    let (planned, isPrepared, limit) = plans.withLock {
      ($0.take(shape), $0.isPrepared(shape), $0.guestBytes)
    }
    var memory = planned ?? PlannedMemory(network: shape, threads: threads)
    var batch = batch
    if !isPrepared {
      if memory.byteCount(batch: batch) > limit { batch = 1 }
      try check(memory.byteCount(batch: 1), of: shape, limit: limit)
      let bytes = memory.byteCount(batch: batch)
      // What goes is gone before there is more.
      _ = plans.withLock { $0.makeRoom(for: bytes, of: shape) }
    }
    try memory.prepare(batch: batch)
    let ready = memory
    plans.withLock { $0.put(ready, for: shape) }
    return ready
  }

  private func check(_ bytes: Int, of shape: Network, limit: Int) throws(ImageSizeError) {
    guard bytes <= limit else { throw .tooLarge(shape.size, bytes: bytes, limit: limit) }
  }
}

extension Network {
  /// What the largest of its convolutions reads and writes.
  fileprivate var leastByteCount: Int {
    let counts = zip(steps, shapes).map { step, input in
      if case .convolve = step { input.count + step.output(of: input).count } else { 0 }
    }
    return 4 * (counts.max() ?? 0)
  }
}

/// A request that the engine cannot run.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  case wrongInputSize(count: Int, expected: Int)
  case noAttention(String)

  public var description: String {
    switch self {
    case .wrongInputSize(let count, let expected):
      "the image has \(count) values; this network takes \(expected)"
    case .noAttention(let title): "\(title) of this shape has no class activation map"
    }
  }
}
