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
  private let plans = Mutex<[Network: Plan]>([:])

  private struct Plan {
    var memory: PlannedMemory
    /// Packed networks that it was prepared for.
    var users: Set<ObjectIdentifier> = []
  }

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
    let memory = try memory(for: network.network, batch: batch)
    let user = ObjectIdentifier(network)
    plans.withLock { plans in
      var plan = plans[network.network] ?? Plan(memory: memory)
      plan.memory = memory
      plan.users.insert(user)
      plans[network.network] = plan
    }
  }

  /// Says that a network which was prepared will not run any more: the plan of its shape goes with the last one.
  public func release(_ network: PackedNetwork) {
    let unused = plans.withLock { plans -> Plan? in
      guard var plan = plans[network.network] else { return nil }
      plan.users.remove(ObjectIdentifier(network))
      guard plan.users.isEmpty else {
        plans[network.network] = plan
        return nil
      }
      return plans.removeValue(forKey: network.network)
    }
    // Its memory goes here, with the lock open.
    _ = consume unused
  }

  /// Shapes that there are plans for.
  var plannedShapes: Int { plans.withLock { $0.count } }

  /// Runs images through a network.  One caller at a time runs; others wait.
  /// - Parameters:
  ///   - inputs: each `[3][H][W]` with values in −1…1.
  ///   - goal: where their way ends.
  /// - Throws: `EngineError` for an input of another size, or a goal that the network does not lead to; `OutOfMemory`
  ///   when nothing was prepared.
  public func run(
    _ network: PackedNetwork, _ inputs: [[Float]], to goal: Goal = .image
  ) throws -> [NetworkOutput] {
    guard network.network.stepCount(to: goal) != nil else {
      throw EngineError.noAttention(network.network.title)
    }
    let expected = 3 * network.network.imageHeight * network.network.imageWidth
    for input in inputs where input.count != expected {
      throw EngineError.wrongInputSize(count: input.count, expected: expected)
    }
    return try cores.withLock { _ in
      let memory = try memory(for: network.network, batch: inputs.count)
      plans.withLock { $0[network.network, default: Plan(memory: memory)].memory = memory }
      return memory.run(network, inputs, to: goal, pool: pool)
    }
  }

  /// What is planned for a shape, or a new plan, with room for so many images.
  private func memory(for network: Network, batch: Int) throws -> PlannedMemory {
    let planned = plans.withLock { $0[network]?.memory }
    var memory = try planned ?? PlannedMemory(network: network, threads: threads)
    try memory.prepare(batch: batch)
    return memory
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
