import Batching
import Checkpoints
import Dispatch
import FoundationEssentials
import HTTPTypes
import Images
import Logging
import Synchronization
import Testing

@testable import HTTP
@testable import Networks
@testable import Service

/// What stands in for the network: the picture's negative, and a heatmap that grows from left to right and from top
/// to bottom, each a pure function of the input, so that answers can be predicted.
enum NegativeNetwork {
  static let width = 48
  static let height = 32

  static func run(
    _ inputs: [[Float]], to goal: Goal, at size: ImageSize, hasHeatmap: Bool
  ) -> [NetworkOutput] {
    inputs.map { input in
      let attention = ClassActivation(
        heatmap: heatmap(of: size), width: size.width / 4, height: size.height / 4, gapLogit: input[0],
        gmpLogit: 2.5)
      return NetworkOutput(
        image: goal == .image ? input.map { -$0 } : [], attention: hasHeatmap ? attention : nil)
    }
  }

  static var heatmap: [Float] { heatmap(of: ImageSize(width: width, height: height)) }

  static func heatmap(of size: ImageSize) -> [Float] { (0..<size.pixels / 16).map { Float($0) } }

  static func negative(of image: RGBImage) -> RGBImage {
    RGBImage(width: image.width, height: image.height, pixels: image.pixels.map { 255 - $0 })
  }
}

/// Holds the network inside a batch until the test has arranged what it wants to see.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let arrivals = Atomic<Int>(0)

  /// How many batches have reached the gate.
  var arrived: Int { arrivals.load(ordering: .relaxed) }

  func pass() {
    arrivals.add(1, ordering: .relaxed)
    semaphore.wait()
  }

  func open(times: Int = 1) { for _ in 0..<times { semaphore.signal() } }
}

/// Lines that were logged.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func logger(_ format: LogFormat = .text) -> Logger {
    Logger(label: "test") { _ in
      LineLogHandler(format: format, level: .trace) { line in self.lines.withLock { $0.append(line) } }
    }
  }
}

struct NetworkFailure: Error {}

extension TranslationService {
  /// A service that is ready, unless it is told otherwise with two models: "negative" (both directions) and "other"
  /// (B2A only).
  static func ready(
    _ change: (inout ServiceConfiguration) -> Void = { _ in }, models: LoadedModels? = nil, gate: Gate? = nil,
    log: LogLines = LogLines()
  ) throws -> TranslationService {
    var configuration = ServiceConfiguration()
    change(&configuration)
    let service = TranslationService(configuration: configuration, logger: log.logger())
    service.becomeReady(with: models ?? .negative(gate: gate))
    return service
  }

  func respond(to request: Request) async -> Response {
    await Response.answering(request, logger: LogLines().logger(), by: responder(to: request).respond)
  }

  /// Answers, and accounts for it as the server does when the answer has left.
  func serve(_ request: Request) async -> Response {
    let responder = responder(to: request)
    let response = await Response.answering(request, logger: LogLines().logger(), by: responder.respond)
    responder.finished(.of(request, answered: response))
    return response
  }

  func post(_ body: [UInt8], headerFields: HTTPFields = [:]) async throws -> Response {
    try await post("/translate", body, headerFields: headerFields)
  }

  func post(_ target: String, _ body: [UInt8], headerFields: HTTPFields = [:]) async throws -> Response {
    await respond(to: try Request(.post, target, headerFields: headerFields, body: body))
  }

  func get(_ target: String, headerFields: HTTPFields = [:]) async throws -> Response {
    await respond(to: try Request(.get, target, headerFields: headerFields))
  }
}

extension LoadedModels {
  /// - Parameter gate: where every batch stops; the direction B2A of "negative" fails.
  static func negative(gate: Gate? = nil) -> LoadedModels {
    let models = [
      ModelDescription.named("negative", directions: ["A2B", "B2A"]), .named("other", directions: ["B2A"]),
    ]
    return LoadedModels(models.map { .negative($0, gate: gate) })
  }
}

extension LoadedModel {
  static func negative(_ model: ModelDescription, gate: Gate? = nil) -> LoadedModel {
    LoadedModel(
      description: model,
      directions: model.directions.map { direction in
        let key = ModelKey(model: model.name, direction: direction.name)
        return LoadedDirection(key: key, model: model) { goal, size, inputs in
          gate?.pass()
          if key == ModelKey(model: "negative", direction: "B2A") { throw NetworkFailure() }
          return NegativeNetwork.run(inputs, to: goal, at: size ?? model.size, hasHeatmap: model.hasHeatmap)
        } check: { (size) throws(ImageSizeError) in
          if model.name == "bound" { throw .bound(to: model.size) }
          let limit = 256 * 256
          if size.pixels > limit { throw .tooLarge(size, bytes: 4 * size.pixels, limit: 4 * limit) }
        }
      })
  }
}

extension ModelDescription {
  /// - Parameter judges: of every direction.
  static func named(
    _ name: String, directions: [String], cam: Bool = true,
    judges: [ModelConfiguration.DiscriminatorKind] = []
  ) -> ModelDescription {
    let weights = ModelConfiguration.Weights(
      file: "w.safetensors", sha256: String(repeating: "0", count: 64), precision: .float16)
    var configuration = ModelConfiguration(
      architecture: .ugatit(.init(variant: .light, baseChannels: 8, residualBlocks: 1, cam: cam)),
      imageWidth: NegativeNetwork.width, imageHeight: NegativeNetwork.height,
      domains: .init(a: "selfie", b: "toon"),
      directions: Dictionary(uniqueKeysWithValues: directions.map { ($0, weights) }), licence: "CC0-1.0",
      attribution: "nobody")
    for direction in directions where !judges.isEmpty {
      configuration.discriminators[direction] = Dictionary(
        uniqueKeysWithValues: judges.map { ($0, .init(weights: weights)) })
    }
    return ModelDescription(name: name, configuration: configuration, precision: "f32")
  }
}

extension RGBImage {
  /// A picture without repetitions, so that a shift, a flip or a swap of channels shows.
  static func pattern(
    width: Int = NegativeNetwork.width, height: Int = NegativeNetwork.height
  ) -> RGBImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [UInt8(255 * x / width), UInt8(255 * y / height), UInt8(x * y % 256)]
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  func png() throws -> [UInt8] { try encoded(as: .png) }
}

/// A form as curl sends it.
struct Form {
  static let boundary = "----------------------------boundary"
  static let headerFields: HTTPFields = [.contentType: "multipart/form-data; boundary=\(boundary)"]

  static func body(_ parts: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var body: [UInt8] = []
    for part in parts {
      body += Array(
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"; filename=\"a.png\"\r\n\r\n"
          .utf8)
      body += part.bytes + Array("\r\n".utf8)
    }
    return body + Array("--\(boundary)--\r\n".utf8)
  }
}

/// Part of the JSON answer to a translation.
struct TranslationJSON: Decodable {
  struct Picture: Decodable {
    let contentType: String
    let width: Int
    let height: Int
    let style: String?
    let data: Data
  }

  let id: String
  let model: String
  let direction: String
  let image: Picture
  let heatmap: Picture
  let cam: [String: Float]
  let timingsMs: [String: Double]
}

struct ProblemJSON: Decodable {
  let status: Int
  let title: String
  let detail: String
}

extension Response {
  func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(body))
  }

  subscript(name: String) -> String? { HTTPField.Name(name).flatMap { headerFields[$0] } }
}

/// Gives other tasks the cores until the condition holds, for a minute at most.
func until(_ condition: () async throws -> Bool) async rethrows {
  let end = ContinuousClock.now + .seconds(60)
  while try await !condition() {
    guard !Task.isCancelled, ContinuousClock.now < end else {
      Issue.record("what was waited for did not come")
      return
    }
    await Task.yield()
  }
}
