import Batching
import Networks

/// Tensors in front of the network: batches, their bounded queue, and how long it will take.
public final class InferenceQueue: Sendable {
  /// What the queue takes.
  public struct Limits: Sendable {
    /// Most images of a batch.
    public var maxBatch: Int
    /// Most images waiting, for a decoder or for a batch.
    public var maxQueue: Int
    /// How long an image waits for company while the cores are free.
    public var maxDelay: Duration

    public init(maxBatch: Int = 4, maxQueue: Int = 64, maxDelay: Duration = .zero) {
      self.maxBatch = maxBatch
      self.maxQueue = maxQueue
      self.maxDelay = maxDelay
    }
  }

  let limits: Limits
  let pace = Pace()
  private let queue: BatchQueue<BatchKey, [Float], NetworkOutput>

  init(_ limits: Limits, observe: @escaping @Sendable (BatchReport<BatchKey>) -> Void) {
    self.limits = limits
    queue = BatchQueue(
      maxBatch: limits.maxBatch, maxQueue: limits.maxQueue, maxDelay: limits.maxDelay,
      observe: { [pace] report in
        pace.record(report.ran / report.size)
        report.key.direction.statistics.record(report)
        observe(report)
      }, run: { key, inputs in try key.direction.run(key.goal, key.size, inputs) })
  }

  /// Images that wait, for a decoder too.
  var depth: Int { queue.depth }
  /// Images that wait for a batch.
  var waiting: Int { queue.waiting }
  var isFull: Bool { queue.isFull }

  /// How long the images that wait now will keep the cores busy, judged by the last batch.
  var backlog: Duration { pace.perImage * queue.depth }

  /// Holds a place for an image that is still to be decoded.
  /// - Throws: `QueueError.full` or `.draining`.
  func reserve() throws(QueueError) -> Place { try queue.reserve() }

  /// - Parameters:
  ///   - tensor: `[3][height][width]` of the key's size, with values in -1...1.
  ///   - priority: in what order it goes, among all that wait.
  /// - Throws: `CancellationError`, or what the network threw.
  func run(
    _ tensor: [Float], _ key: BatchKey, priority: Priority = .first, _ place: Place
  ) async throws -> BatchedOutput<NetworkOutput> {
    try await queue.submit(tensor, key: key, priority: priority, place: place)
  }

  /// Takes nothing new, and returns when all that was taken is done.
  func drain() async { await queue.drain() }
}
