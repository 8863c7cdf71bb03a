import Batching
import FoundationEssentials
import Synchronization

/// What one direction of a model has done since it was loaded, as the protocol's statistics extension counts it.
final class InferenceStatistics: Sendable {
  /// How often, and for how long together.
  struct Sum: Encodable {
    var count = 0
    var nanoseconds: Int64 = 0

    mutating func add(_ duration: Duration, times: Int = 1) {
      count += times
      nanoseconds += Int64(duration / .nanoseconds(1)) * Int64(times)
    }

    private enum CodingKeys: String, CodingKey {
      case count
      case nanoseconds = "ns"
    }
  }

  /// Of images, but for `success` and `fail`, which are of requests.
  struct Times: Encodable {
    var success = Sum()
    var fail = Sum()
    var queue = Sum()
    var computeInput = Sum()
    var computeInfer = Sum()
    var computeOutput = Sum()
    /// There is no cache.
    let cacheHit = Sum()
    let cacheMiss = Sum()

    private enum CodingKeys: String, CodingKey {
      case success, fail, queue
      case computeInput = "compute_input"
      case computeInfer = "compute_infer"
      case computeOutput = "compute_output"
      case cacheHit = "cache_hit"
      case cacheMiss = "cache_miss"
    }
  }

  struct Tally {
    /// In milliseconds since 1970, 0 for never.
    var lastInference: Int64 = 0
    var images = 0
    var batches = 0
    var times = Times()
    /// By their number of images.
    var bySize: [Int: Sum] = [:]
  }

  private let state = Mutex(Tally())

  var tally: Tally { state.withLock { $0 } }

  func record(_ report: BatchReport<BatchKey>) {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    state.withLock { tally in
      tally.lastInference = now
      tally.images += report.size
      tally.batches += 1
      for wait in report.waits { tally.times.queue.add(wait) }
      // Each of its images took as long as the batch.
      tally.times.computeInfer.add(report.ran, times: report.size)
      tally.bySize[report.size, default: Sum()].add(report.ran)
    }
  }

  /// - Parameters:
  ///   - duration: of the whole request.
  ///   - inputs: how long each of its images took to be decoded, if it was.
  ///   - output: how long making its answer took.
  func recordSuccess(_ duration: Duration, inputs: [Duration], output: Duration) {
    state.withLock { tally in
      tally.times.success.add(duration)
      for input in inputs { tally.times.computeInput.add(input) }
      tally.times.computeOutput.add(output)
    }
  }

  func recordFailure(_ duration: Duration) { state.withLock { $0.times.fail.add(duration) } }
}

/// What `/v2/models/stats` tells.
struct StatisticsAnswer: Encodable {
  struct Model: Encodable {
    let name: String
    let version: String
    let lastInference: Int64
    let inferenceCount: Int
    let executionCount: Int
    let inferenceStats: InferenceStatistics.Times
    let batchStats: [Batch]

    private enum CodingKeys: String, CodingKey {
      case name, version
      case lastInference = "last_inference"
      case inferenceCount = "inference_count"
      case executionCount = "execution_count"
      case inferenceStats = "inference_stats"
      case batchStats = "batch_stats"
    }
  }

  struct Batch: Encodable {
    let batchSize: Int
    /// Decoding and encoding are done image by image.
    let computeInput = InferenceStatistics.Sum()
    let computeInfer: InferenceStatistics.Sum
    let computeOutput = InferenceStatistics.Sum()

    private enum CodingKeys: String, CodingKey {
      case batchSize = "batch_size"
      case computeInput = "compute_input"
      case computeInfer = "compute_infer"
      case computeOutput = "compute_output"
    }
  }

  let modelStats: [Model]

  private enum CodingKeys: String, CodingKey { case modelStats = "model_stats" }

  init(_ models: [ProtocolModel]) {
    modelStats = models.map { named in
      let tally = named.direction.statistics.tally
      return Model(
        name: named.name, version: named.model.version, lastInference: tally.lastInference,
        inferenceCount: tally.images, executionCount: tally.batches, inferenceStats: tally.times,
        batchStats: tally.bySize.sorted { $0.key < $1.key }.map { Batch(batchSize: $0, computeInfer: $1) })
    }
  }
}
