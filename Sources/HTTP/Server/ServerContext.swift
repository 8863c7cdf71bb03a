import Logging
import Synchronization

/// What all connections of a server share.
final class ServerContext: Sendable {
  let configuration: ServerConfiguration
  let observer: any ServerObserver
  let logger: Logger
  let responder: @Sendable (Request) -> Responder
  let ledger: ConnectionLedger
  let rules: ConnectionRules
  let stage = Atomic(ServerStage.serving)
  let idle = Mutex(IdleLine<Connection>())
  let headers: Mutex<HeaderMemory<Connection>>

  init(
    configuration: ServerConfiguration, observer: any ServerObserver, logger: Logger,
    responder: @escaping @Sendable (Request) -> Responder, ledger: ConnectionLedger
  ) {
    self.configuration = configuration
    self.observer = observer
    self.logger = logger
    self.responder = responder
    rules = ConnectionRules(configuration)
    self.ledger = ledger
    headers = Mutex(HeaderMemory(limit: configuration.headerMemory))
  }
}
