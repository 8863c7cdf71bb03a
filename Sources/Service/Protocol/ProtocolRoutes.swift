import Batching
import Checkpoints
import HTTP
import HTTPTypes

/// What clients of the Open Inference Protocol ask about the server and its models, and by what they change them.
struct ProtocolRoutes: Sendable {
  let state: ServiceState
  let registry: ModelRegistry
  let limits: InferenceQueue.Limits

  /// Those of which all works.
  static let extensions = [
    "binary_tensor_data", "model_configuration", "model_repository", "parameters", "schedule_policy",
    "statistics",
  ]

  func server() throws -> Response {
    try Response(json: ServerMetadata(version: Version.current, extensions: Self.extensions))
  }

  func live() throws -> Response { try Response(json: ["live": true]) }

  func ready() throws -> Response {
    switch state.phase {
    // That one model is damaged keeps nobody from asking for the others.
    case .ready, .degraded: return try Response(json: ["ready": true])
    case .loading: throw Problem.loading
    case .draining: throw Problem.draining
    }
  }

  func models() throws -> Response {
    try Response(json: ["models": ProtocolModel.all(of: try served()).map(\.name)])
  }

  func metadata(_ request: Request) throws -> Response {
    try Response(json: ModelMetadata(try model(request)))
  }

  func modelReady(_ request: Request) throws -> Response {
    struct Answer: Encodable {
      let name: String
      let ready = true
    }
    let model = try model(request)
    guard state.phase != .draining else { throw Problem.draining }
    return try Response(json: Answer(name: model.name))
  }

  func configuration(_ request: Request) throws -> Response {
    try Response(json: ModelConfigurationAnswer(try model(request), limits))
  }

  func statistics(_ request: Request) throws -> Response {
    try Response(json: StatisticsAnswer([try model(request)]))
  }

  func allStatistics() throws -> Response {
    try Response(json: StatisticsAnswer(ProtocolModel.all(of: try served())))
  }

  /// `POST /v2/repository/index`: the body may be empty, or `{"ready": true}` for those that are ready alone.
  func index(_ request: Request) async throws -> Response {
    var isReadyOnly = false
    try await Self.readJSON(request) { name, value in
      if name == "ready" { isReadyOnly = try value.boolean() } else { try value.skip() }
    }
    let statuses = await registry.statuses.filter { !isReadyOnly || $0.state == .ready }
    return try Response(json: statuses.flatMap(\.protocolEntries))
  }

  /// `POST /v2/repository/models/NAME/load`.
  func load(_ request: Request) async throws -> Response {
    let name = try Self.model(of: request)
    try await Self.readJSON(request) { member, value in
      guard member == "parameters" else { return try { _ = try value.skip() }() }
      try value.object { parameter, value in
        guard parameter != "config", !parameter.hasPrefix("file:") else {
          throw Problem.repository(
            "A model is what its directory holds; '\(parameter.prefix(64))' cannot be sent with the request.")
        }
        try value.skip()
      }
    }
    try await change(name) { try await registry.load(name) }
    return try Response(json: Change(name: name, load: true))
  }

  /// `POST /v2/repository/models/NAME/unload`: answers when no request finds it any more, not when all that have begun
  /// are done.
  func unload(_ request: Request) async throws -> Response {
    let name = try Self.model(of: request)
    try await Self.readJSON(request) { try $1.skip() }
    try await change(name) { try await registry.unload(name) }
    return try Response(json: Change(name: name, unload: true))
  }

  private func change(_ name: String, _ change: () async throws -> Void) async throws {
    do {
      try await change()
    } catch let error as ModelSelectionError {
      throw Problem.repository(error.description)
    } catch QueueError.draining {
      throw Problem.draining
    } catch QueueError.full {
      throw Problem.busy(
        "Too many changes are waiting",
        detail: "Models are loaded one after the other. Try again in a moment.",
        retryAfter: 1)
    } catch let error as CheckpointError {
      // The directory itself cannot be read.
      throw Problem.repository(error.description)
    }
  }

  private func served() throws(Problem) -> LoadedModels {
    guard let models = state.translator?.models else { throw Problem.loading }
    return models
  }

  private func model(_ request: Request) throws(Problem) -> ProtocolModel {
    try ProtocolModel.find(
      request.pathParameters["model"] ?? "", version: request.pathParameters["version"], in: try served())
  }

  /// The model of a change, which is always all of it.
  private static func model(of request: Request) throws(Problem) -> String {
    let name = request.pathParameters["model"] ?? ""
    for direction in ["A2B", "B2A"] where name.hasSuffix(".\(direction)") {
      throw Problem.repository(
        "'\(name.prefix(64))' is one direction; a model is loaded and unloaded whole, as "
          + "'\(name.dropLast(4).prefix(64))'.")
    }
    return name
  }

  /// Reads a body that is a JSON object, or nothing.
  private static func readJSON(
    _ request: Request, _ member: (String, inout JSONReader) throws -> Void
  ) async throws {
    let body = try await request.body.collect(upTo: bodyLimit)
    guard !body.isEmpty else { return }
    do {
      var reader = JSONReader(body)
      try reader.object(member)
      try reader.end()
    } catch let error as JSONError {
      throw Problem.repository("The JSON is wrong \(error).")
    }
  }

  /// Bytes; more than any of these has to say.
  private static let bodyLimit = 1 << 16

  private struct ServerMetadata: Encodable {
    let name = "ugatit"
    let version: String
    let extensions: [String]
  }

  private struct Change: Encodable {
    let name: String
    var load: Bool?
    var unload: Bool?
  }
}

extension Problem {
  /// - Parameter reason: what is wrong, a sentence or the beginning of one.
  fileprivate static func repository(_ reason: String) -> Problem {
    Problem(.badRequest, title: "The model cannot be changed so", detail: reason)
  }
}

extension ModelStatus {
  /// What the index tells: a row for each name that the protocol has for it.
  fileprivate var protocolEntries: [IndexEntry] {
    ([name] + directions.map { "\(name).\($0)" }).map {
      IndexEntry(name: $0, version: version, state: state, reason: reason)
    }
  }
}

private struct IndexEntry: Encodable {
  let name: String
  let version: String
  let state: ModelStatus.State
  let reason: String
}
