import Logging
import Synchronization

/// What all connections of a server share.
final class ServerContext: Sendable {
  let configuration: ServerConfiguration
  let observer: any ServerObserver
  let logger: Logger
  let handler: Handler
  let ledger: ConnectionLedger
  let headLimits: RequestHeadParser.Limits
  /// Set once the server shuts down: every answer from then on is its connection's last.
  let isDraining = Atomic(false)

  init(
    configuration: ServerConfiguration, observer: any ServerObserver, logger: Logger,
    handler: @escaping Handler, ledger: ConnectionLedger
  ) {
    self.configuration = configuration
    self.observer = observer
    self.logger = logger
    self.handler = handler
    headLimits = RequestHeadParser.Limits(
      targetBytes: configuration.maximumTargetBytes, headerBytes: configuration.maximumHeaderBytes,
      fields: configuration.maximumHeaderFields)
    self.ledger = ledger
  }
}
