import Kernels
import Synchronization
import Tensors

/// Runs generators on the cores that it owns.
///
/// With fewer images than threads, all threads share one image; with at least as many, each thread takes images of
/// its own, which needs no barriers between layers.  The full variant's large fully connected layer reads its weights
/// once for all images of a batch.  Every way gives the same bits.
public final class Engine: Sendable {
  /// Threads, the caller's included.
  public let threads: Int

  private let pool: ThreadPool
  private let plans = Mutex<[GeneratorConfiguration: PlannedMemory]>([:])

  public init(threads: Int) {
    self.threads = max(threads, 1)
    pool = ThreadPool(width: self.threads)
  }

  deinit { pool.stop() }

  /// Plans and allocates everything that translating with this generator needs, so that the first request does not
  /// pay for it.  Generators of one shape share their plan.
  /// - Parameter batch: images that will come at once; from `threads` on each thread gets an arena of its own.
  /// - Throws: `OutOfMemory`.
  public func prepare(_ generator: Generator, batch: Int = 1) throws {
    try plans.withLock { plans in
      _ = try memory(for: generator.configuration, batch: batch, in: &plans)
    }
  }

  /// Translates images.  One caller at a time runs; others wait.
  /// - Parameter inputs: each `[3][H][W]` with values in −1…1.
  /// - Throws: `EngineError` for an input of another size; `OutOfMemory` when nothing was prepared.
  public func run(_ generator: Generator, _ inputs: [[Float]]) throws -> [GeneratorOutput] {
    let configuration = generator.configuration
    let expected = 3 * configuration.imageHeight * configuration.imageWidth
    for input in inputs where input.count != expected {
      throw EngineError.wrongInputSize(count: input.count, expected: expected)
    }
    return try plans.withLock { plans in
      let memory = try memory(for: configuration, batch: inputs.count, in: &plans)
      return memory.run(generator, inputs, pool: pool)
    }
  }

  private func memory(
    for configuration: GeneratorConfiguration, batch: Int,
    in plans: inout [GeneratorConfiguration: PlannedMemory]
  ) throws -> PlannedMemory {
    var memory = try plans[configuration] ?? PlannedMemory(configuration: configuration, threads: threads)
    try memory.prepare(batch: batch)
    plans[configuration] = memory
    return memory
  }
}

/// A request that the engine cannot run.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  case wrongInputSize(count: Int, expected: Int)

  public var description: String {
    switch self {
    case .wrongInputSize(let count, let expected):
      "the image has \(count) values; this generator takes \(expected)"
    }
  }
}
