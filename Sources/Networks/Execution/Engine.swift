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
  private let plans = Mutex<[Network: PlannedMemory]>([:])

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
    try plans.withLock { plans in
      _ = try memory(for: network.network, batch: batch, in: &plans)
    }
  }

  /// Runs images through a network.  One caller at a time runs; others wait.
  /// - Parameter inputs: each `[3][H][W]` with values in −1…1.
  /// - Throws: `EngineError` for an input of another size; `OutOfMemory` when nothing was prepared.
  public func run(_ network: PackedNetwork, _ inputs: [[Float]]) throws -> [NetworkOutput] {
    let expected = 3 * network.network.imageHeight * network.network.imageWidth
    for input in inputs where input.count != expected {
      throw EngineError.wrongInputSize(count: input.count, expected: expected)
    }
    return try plans.withLock { plans in
      let memory = try memory(for: network.network, batch: inputs.count, in: &plans)
      return memory.run(network, inputs, pool: pool)
    }
  }

  private func memory(
    for network: Network, batch: Int, in plans: inout [Network: PlannedMemory]
  ) throws -> PlannedMemory {
    var memory = try plans[network] ?? PlannedMemory(network: network, threads: threads)
    try memory.prepare(batch: batch)
    plans[network] = memory
    return memory
  }
}

/// A request that the engine cannot run.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  case wrongInputSize(count: Int, expected: Int)

  public var description: String {
    switch self {
    case .wrongInputSize(let count, let expected):
      "the image has \(count) values; this network takes \(expected)"
    }
  }
}
