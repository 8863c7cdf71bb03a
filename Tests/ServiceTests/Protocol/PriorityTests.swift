import HTTP
import HTTPTypes
import Images
import Synchronization
import Testing

@testable import Batching
@testable import Networks
@testable import Service

/// A service whose network writes down what it is given: of each image its first sample, batch by batch.
private final class WatchedNetwork: Sendable {
  let gate: Gate?
  private let seen = Mutex<[(key: ModelKey, samples: [Float])]>([])

  init(gate: Gate? = nil) { self.gate = gate }

  var batches: [(key: ModelKey, samples: [Float])] { seen.withLock { $0 } }

  func service(_ queue: InferenceQueue.Limits) -> TranslationService {
    var configuration = ServiceConfiguration()
    configuration.queue = queue
    let service = TranslationService(configuration: configuration, logger: LogLines().logger())
    let models = ["a", "b"].map { ModelDescription.named($0, directions: ["A2B"]) }
    service.becomeReady(
      with: LoadedModels(
        models.map { model in
          let key = ModelKey(model: model.name, direction: "A2B")
          let direction = LoadedDirection(key: key, model: model) { goal, _, inputs in
            self.gate?.pass()
            self.seen.withLock { $0.append((key, inputs.map { $0[0] })) }
            return NegativeNetwork.run(inputs, to: goal, at: model.size, hasHeatmap: true)
          } check: { _ throws(ImageSizeError) in
          }
          return LoadedModel(description: model, directions: [direction])
        }))
    return service
  }
}

@Suite("Priorities and batches in the running service", .timeLimit(.minutes(2)))
struct PriorityTests {
  /// An image of one value, sent with a priority, if any.
  private func infer(
    _ value: Float, priority: Int?, model: String = "a", by service: TranslationService
  ) async throws -> HTTPResponse.Status {
    let samples = [Float](repeating: value, count: 3 * NegativeNetwork.width * NegativeNetwork.height)
    let bytes = samples.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    let shape = "[1,3,\(NegativeNetwork.height),\(NegativeNetwork.width)]"
    let parameters = priority.map { ",\"parameters\":{\"priority\":\($0)}" } ?? ""
    let json = """
      {"inputs":[{"name":"image","shape":\(shape),"datatype":"FP32",\
      "parameters":{"binary_data_size":\(bytes.count)}}]\(parameters)}
      """
    return try await service.post(
      "/v2/models/\(model)/infer", Array(json.utf8) + bytes,
      headerFields: [.inferenceHeaderContentLength: "\(json.utf8.count)"]
    ).status
  }

  @Test("2 lets pass what comes without a priority, with 0, with 1, and through /translate; beyond 2 is 2")
  func order() async throws {
    let gate = Gate()
    let network = WatchedNetwork(gate: gate)
    let service = network.service(.init(maxBatch: 1))
    var tasks = [Task { try await infer(0, priority: nil, by: service) }]
    await until { gate.arrived == 1 }
    func wait(_ request: @escaping @Sendable () async throws -> HTTPResponse.Status) async {
      tasks.append(Task { try await request() })
      await until { service.state.translator?.queue.waiting == tasks.count - 1 }
    }
    let start = ContinuousClock.now
    await wait { try await infer(0.125, priority: 2, by: service) }
    await wait { try await infer(0.25, priority: 99, by: service) }
    await wait { try await infer(0.375, priority: nil, by: service) }
    await wait { try await infer(0.5, priority: 0, by: service) }
    await wait { try await infer(0.625, priority: 1, by: service) }
    let picture = try RGBImage.pattern().png()
    await wait { try await service.post(picture).status }
    let took = start.duration(to: .now)
    gate.open(times: 7)
    for task in tasks { #expect(try await task.value == .ok) }
    // On a machine so slow that their patience was over before the last came, the order is another, and right.
    let order = network.batches.flatMap(\.samples)
    #expect(
      took < Priority.second.patience ? order == [0, 0.375, 0.5, 0.625, -1, 0.125, 0.25] : order.count == 7)
  }

  @Test("Of hundreds at once each is run once, in a batch of its own model that is not too large")
  func laws() async throws {
    let network = WatchedNetwork()
    let service = network.service(.init(maxBatch: 3, maxQueue: 1000))
    let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
      for index in 0..<300 {
        group.addTask {
          let (model, sign) = index % 2 == 0 ? ("a", 1) : ("b", -1)
          return try await infer(
            Float(sign * (index + 1)) / 512, priority: index % 3, model: model, by: service)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.allSatisfy { $0 == .ok } && statuses.count == 300)
    #expect(network.batches.allSatisfy { (1...3).contains($0.samples.count) })
    for batch in network.batches {
      #expect(batch.samples.allSatisfy { ($0 > 0) == (batch.key.model == "a") })
    }
    let numbers = network.batches.flatMap(\.samples).map { Int(abs($0) * 512) }
    #expect(numbers.sorted() == Array(1...300))
    #expect(service.metrics.exposition().contains("ugatit_batch_size_sum 300\n"))
  }
}
