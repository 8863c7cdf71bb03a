import HTTPTypes
import Logging
import Synchronization

@testable import HTTP

/// Counts what a server reports, and lets tests wait for it.
final class RecordingObserver: ServerObserver {
  struct Events: Sendable {
    var opened = 0
    var closed = 0
    var refusals: [RefusalReason] = []
    var records: [RequestRecord] = []
  }

  private struct State {
    var events = Events()
    var waiters: [(condition: @Sendable (Events) -> Bool, continuation: CheckedContinuation<Events, Never>)] =
      []
  }

  private let state = Mutex(State())

  private func change(_ body: (inout Events) -> Void) {
    let (events, ready) = state.withLock { state in
      body(&state.events)
      let events = state.events
      let ready = state.waiters.filter { $0.condition(events) }
      state.waiters.removeAll { $0.condition(events) }
      return (events, ready.map(\.continuation))
    }
    for continuation in ready { continuation.resume(returning: events) }
  }

  /// What was reported, once `condition` holds.
  @discardableResult
  func events(where condition: @escaping @Sendable (Events) -> Bool) async -> Events {
    await withCheckedContinuation { continuation in
      let events: Events? = state.withLock { state in
        if condition(state.events) { return state.events }
        state.waiters.append((condition, continuation))
        return nil
      }
      if let events { continuation.resume(returning: events) }
    }
  }

  func connectionOpened() { change { $0.opened += 1 } }
  func connectionClosed() { change { $0.closed += 1 } }
  func refused(_ reason: RefusalReason, remoteAddress: String) { change { $0.refusals.append(reason) } }
  func finished(_ record: RequestRecord) { change { $0.records.append(record) } }
}

/// A server on a free port, for as long as a test runs.
struct TestServer {
  let server: Server
  let observer: RecordingObserver
  let port: Int

  func client(receiveBuffer: Int32? = nil) throws -> RawClient {
    try RawClient(port: port, receiveBuffer: receiveBuffer)
  }

  /// Sends `request` on a connection of its own, and returns the answer.
  func answer(_ request: String, isBodiless: Bool = false) async throws -> RawResponse {
    let client = try client()
    try await client.send(request)
    return try await client.response(isBodiless: isBodiless)
  }
}

/// A logger for tests whose handlers fail on purpose.
let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs `body` against a server that answers with `handler`, then shuts the server down and waits for its end.
func withServer<Result>(
  _ configure: (inout ServerConfiguration) -> Void = { _ in }, handler: @escaping Handler,
  _ body: (TestServer) async throws -> Result
) async throws -> Result {
  var configuration = ServerConfiguration()
  configuration.port = 0
  // What a test leaves open is not worth waiting for.
  configuration.lingerTime = .milliseconds(200)
  configuration.shutdownTime = .milliseconds(200)
  configure(&configuration)
  let observer = RecordingObserver()
  let server = Server(
    configuration: configuration, observer: observer, logger: silentLogger, handler: handler)
  async let running: Void = server.run()
  let result: Swift.Result<Result, any Error>
  do {
    result = .success(
      try await body(TestServer(server: server, observer: observer, port: try await server.port)))
  } catch {
    result = .failure(error)
  }
  server.shutDown()
  try await running
  return try result.get()
}

/// Runs `body` against a server with a few routes: `/hello`, `/echo` (POST), `/items/{id}`.
func withRoutes<Result>(
  _ configure: (inout ServerConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Result
) async throws -> Result {
  let router = testRouter()
  return try await withServer(configure, handler: { await router.respond(to: $0) }, body)
}

func testRouter() -> Router {
  var router = Router(logger: silentLogger)
  router.get("/hello") { _ in Response(text: "hello\n") }
  router.post("/echo") { request in
    Response(contentType: "application/octet-stream", body: try await request.body.collect(upTo: 1 << 20))
  }
  router.get("/items/{id}") { request in Response(text: request.pathParameters["id"] ?? "") }
  router.get("/items/special") { _ in Response(text: "the special one") }
  router.post("/refuse") { _ in throw Problem(.unsupportedMediaType, detail: "Send a picture.") }
  router.get("/fail") { _ in throw SecretError() }
  router.get("/nothing") { _ in Response(status: .noContent) }
  return router
}

struct SecretError: Error { let secret = "the password is swordfish" }

/// The status of the problem that `body` throws, nil when it throws none.
func refusal(_ body: () async throws -> some Any) async -> HTTPResponse.Status? {
  do {
    _ = try await body()
    return nil
  } catch {
    return (error as? Problem)?.status
  }
}
