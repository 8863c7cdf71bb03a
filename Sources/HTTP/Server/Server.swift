import HTTPTypes
import Logging
import Synchronization

/// An HTTP/1.1 server.
public final class Server: Sendable {
  private let configuration: ServerConfiguration
  private let observer: any ServerObserver
  private let logger: Logger
  private let handler: Handler

  public init(
    configuration: ServerConfiguration = ServerConfiguration(), observer: any ServerObserver, logger: Logger,
    handler: @escaping Handler
  ) {
    self.configuration = configuration
    self.observer = observer
    self.logger = logger
    self.handler = handler
  }

  /// Listens and serves until it is told to shut down, and returns once the last connection is closed.
  ///
  /// Cancelling the task it runs in closes every connection at once.
  /// - Throws: `ServerError` when the address cannot be listened on.
  public func run() async throws {}

  /// Begins to shut down: accepts no more, closes idle connections, lets requests in flight finish, for as long as
  /// the configuration says.  `run()` returns when that is done.
  public func shutDown() {}

  /// The port that is listened on, as soon as it is.
  /// - Throws: what `run()` throws when it cannot listen.
  public var port: Int { get async throws { configuration.port } }
}
