import Dispatch
import HTTPTypes
import Logging

@testable import HTTP

/// Counts what a server reports, and lets tests wait for it.
///
/// `@unchecked Sendable` because the mutable state is touched on the queue alone.  (A `Mutex` would do as well, but
/// for the thread sanitizer, which does not see it being taken when it is contended.)
final class RecordingObserver: ServerObserver, @unchecked Sendable {
  struct Events: Sendable {
    var opened = 0
    var closed = 0
    var refusals: [RefusalReason] = []
    var records: [RequestRecord] = []
  }

  private var events = Events()
  private var waiters: [Waiter] = []
  private let queue = DispatchQueue(label: "observer")

  private struct Waiter {
    let condition: @Sendable (Events) -> Bool
    let outcome: OneShot<Events>
  }

  private func change(_ body: @Sendable (inout Events) -> Void) {
    queue.sync {
      body(&events)
      let ready = waiters.filter { $0.condition(events) }
      waiters.removeAll { $0.condition(events) }
      for waiter in ready { waiter.outcome.fulfil(events) }
    }
  }

  /// What was reported, once `condition` holds.
  /// - Throws: `NothingHappened` when it does not come to hold.
  @discardableResult
  func events(where condition: @escaping @Sendable (Events) -> Bool) async throws -> Events {
    let outcome = OneShot<Events>()
    queue.sync {
      if condition(events) {
        outcome.fulfil(events)
      } else {
        waiters.append(Waiter(condition: condition, outcome: outcome))
      }
    }
    return try await outcome.inTime
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

/// Answers one request.
typealias Handler = @Sendable (Request) async throws -> Response

/// A logger for tests whose handlers fail on purpose.
let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs `body` against a server that answers with `handler`, then shuts the server down and waits for its end.
func withServer<Result>(
  _ configure: (inout ServerConfiguration) -> Void = { _ in }, handler: @escaping Handler,
  _ body: (TestServer) async throws -> Result
) async throws -> Result {
  try await Gate.servers.pass { try await serve(configure, handler: handler, body) }
}

private func serve<Result>(
  _ configure: (inout ServerConfiguration) -> Void, handler: @escaping Handler,
  _ body: (TestServer) async throws -> Result
) async throws -> Result {
  var configuration = ServerConfiguration()
  configuration.port = 0
  // A sanitizer on a busy machine takes longer than strangers may; tests of a limit set it.
  configuration.headerTime = .seconds(300)
  configuration.bodyTime = .seconds(300)
  configuration.writeTime = .seconds(300)
  configuration.idleTime = .seconds(300)
  // What a test leaves open is not worth waiting for.
  configuration.lingerSilence = .seconds(300)
  configuration.lingerTime = .milliseconds(200)
  configuration.shutdownTime = .milliseconds(200)
  configure(&configuration)
  let observer = RecordingObserver()
  let server = Server(
    configuration: configuration, observer: observer, logger: silentLogger
  ) { request in
    Responder {
      try await handler(request)
    } finished: { record in
      observer.finished(record)
    }
  }
  let running = Task { try await server.run() }
  let result: Swift.Result<Result, any Error>
  do {
    result = .success(
      try await body(TestServer(server: server, observer: observer, port: try await server.port)))
  } catch {
    result = .failure(error)
  }
  server.shutDown()
  try await inTime { try await running.value }
  return try result.get()
}

/// Runs `body` against a server with a few routes: `/hello`, `/echo` (POST), `/items/{id}`.
func withRoutes<Result>(
  _ configure: (inout ServerConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Result
) async throws -> Result {
  let router = testRouter()
  return try await withServer(configure, handler: { await router.respond(to: $0) }, body)
}

/// Routes without context or policy.
typealias PlainRouter = Router<Void, Void>

extension PlainRouter {
  mutating func get(_ pattern: String, _ handler: @escaping HTTPTests.Handler) {
    on(pattern, (), [.get: { request, _ in try await handler(request) }])
  }

  mutating func post(_ pattern: String, _ handler: @escaping HTTPTests.Handler) {
    on(pattern, (), [.post: { request, _ in try await handler(request) }])
  }

  func respond(to request: Request) async -> Response {
    await route(request).respond(in: (), logger: silentLogger)
  }
}

func testRouter() -> PlainRouter {
  var router = PlainRouter(otherwise: ())
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
