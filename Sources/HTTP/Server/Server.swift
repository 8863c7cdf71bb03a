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
  /// - Throws: `ServerError` when the address cannot be listened on.
  /// - Precondition: it is run once.
  public func run() async throws {
    precondition(!hasRun.exchange(true, ordering: .relaxed), "a server runs once")
    raiseDescriptorLimit()
    let listener = try await listen()
    await withTaskCancellationHandler {
      await shutdown.value
      await listener.stop()
      context.isDraining.store(true, ordering: .relaxed)
      await context.ledger.close()
      for loop in loops { loop.forEach { $0.drain() } }
      abort(after: context.configuration.shutdownTime)
      await context.ledger.empty.value
    } onCancel: {
      shutDown()
      abort(after: .zero)
    }
  }

  private func listen() async throws(ServerError) -> Listener {
    do throws(ServerError) {
      let socket = try ListeningSocket(host: context.configuration.host, port: context.configuration.port)
      let listener = Listener(socket, loops: loops, context: context)
      await listener.start()
      listening.fulfil(.success(socket.port))
      return listener
    } catch {
      listening.fulfil(.failure(error))
      throw error
    }
  }

  private func abort(after time: Duration) {
    for loop in loops {
      loop.queue.asyncAfter(deadline: .now() + .nanoseconds(Int(time.nanoseconds))) {
        loop.forEach { $0.abort() }
      }
    }
  }

  /// Begins to shut down: accepts no more, closes idle connections, lets requests in flight finish, for as long as
  /// the configuration says.  `run()` returns when that is done.
  public func shutDown() { shutdown.fulfil(()) }

  /// The port that is listened on, as soon as it is.
  /// - Throws: `ServerError`, as `run()`, when it cannot be.
  public var port: Int { get async throws { try await listening.value.get() } }
}
