import Dispatch
import Glibc
import HTTPTypes
import Logging
import Synchronization

/// An HTTP/1.1 server (RFC 9110, RFC 9112), cleartext; TLS is for a proxy in front.
///
/// `Connection.swift` tells the way of a request through it.
public final class Server: Sendable {
  private let context: ServerContext
  private let loops: [EventLoop]
  private let listening = OneShot<Result<Int, ServerError>>()
  private let shutdown = OneShot<Void>()
  /// Is fulfilled when the server is to accept no more.
  private let drained = OneShot<Void>()
  private let isHurried = Atomic(false)
  private let hasRun = Atomic(false)

  /// - Parameter responder: called with every request, on the server's own threads; it must not block.
  public init(
    configuration: ServerConfiguration = ServerConfiguration(), observer: any ServerObserver, logger: Logger,
    responder: @escaping @Sendable (Request) -> Responder
  ) {
    // Two loops serve what a translator's cores can answer; more would only take them from the kernels.
    let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    loops = (0..<max(1, min(2, cores))).map { EventLoop(label: "http-\($0)") }
    let ledger = ConnectionLedger(
      maximum: configuration.maximumConnections,
      maximumPerAddress: configuration.maximumConnectionsPerAddress, loop: loops[0])
    context = ServerContext(
      configuration: configuration, observer: observer, logger: logger, responder: responder, ledger: ledger)
  }

  /// Listens and serves until it is told to shut down, and returns once the last connection is closed.
  ///
  /// Cancelling the task it runs in ends every connection at once.
  /// - Throws: `ServerError` when none of the host's addresses can be listened on.
  /// - Precondition: it is run once.
  public func run() async throws {
    precondition(!hasRun.exchange(true, ordering: .relaxed), "a server runs once")
    raiseDescriptorLimit()
    let listener = try await listen()
    await withTaskCancellationHandler {
      await shutdown.value
      enter(.draining)
      loops[0].after(context.configuration.drainTime) { self.drained.fulfil(()) }
      await drained.value
      await listener.stop()
      await context.ledger.close()
      enter(.ending)
      abort(after: Task.isCancelled ? .zero : shutdownTime)
      await context.ledger.empty.value
    } onCancel: {
      shutDown()
      drained.fulfil(())
      abort(after: .zero)
    }
  }

  private func listen() async throws(ServerError) -> Listener {
    do throws(ServerError) {
      let sockets = try ListeningSockets(
        host: context.configuration.host, port: context.configuration.port)
      for failure in sockets.failures {
        context.logger.warning("an address of the host is not listened on", metadata: ["error": "\(failure)"])
      }
      let listener = Listener(sockets.all, loops: loops, context: context)
      await listener.start()
      listening.fulfil(.success(sockets.port))
      return listener
    } catch {
      listening.fulfil(.failure(error))
      throw error
    }
  }

  private func enter(_ stage: ServerStage) {
    context.stage.store(stage, ordering: .relaxed)
    for loop in loops { loop.forEach { $0.enter(stage) } }
  }

  private func abort(after time: Duration) {
    for loop in loops { loop.after(time) { loop.forEach { $0.abort() } } }
  }

  private var shutdownTime: Duration {
    let time = context.configuration.shutdownTime
    return isHurried.load(ordering: .relaxed) ? min(time, Self.hurriedTime) : time
  }

  /// For requests in flight once there is no more time.
  private static let hurriedTime = Duration.seconds(1)

  /// Begins to shut down: every answer is its connection's last; after `drainTime` the server accepts no more, answers
  /// those who had connected by then, closes idle connections and lets requests in flight finish, for as long as
  /// `shutdownTime`.  `run()` returns when that is done.
  public func shutDown() { shutdown.fulfil(()) }

  /// Shuts down with no more draining, and a second for requests in flight.
  public func hurry() {
    isHurried.store(true, ordering: .relaxed)
    shutDown()
    drained.fulfil(())
    abort(after: shutdownTime)
  }

  /// The port that is listened on, as soon as it is.
  /// - Throws: `ServerError`, as `run()`, when it cannot be.
  public var port: Int { get async throws { try await listening.value.get() } }
}
