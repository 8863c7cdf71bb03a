import HTTP
import Logging
import ServiceLifecycle
import UnixSignals

/// The whole service as a process runs it: sockets, models, and an orderly end.
///
/// It listens before its models are loaded, so that probes get answers from the start; `/health/ready` tells when
/// translations are taken.
public struct TranslationServer: ServiceLifecycle.Service {
  private let configuration: ServiceConfiguration
  private let logger: Logger
  private let service: TranslationService
  private let server: Server
  private let loader = ModelLoader()

  /// - Parameter log: where the logger's lines go.
  public init(configuration: ServiceConfiguration, logger: Logger, log: LogWriter) {
    self.configuration = configuration
    self.logger = logger
    let service = TranslationService(configuration: configuration, logger: logger, log: log)
    self.service = service
    var serving = configuration.server
    serving.commonHeaderFields = .security
    server = Server(configuration: serving, observer: service.journal, logger: logger) {
      service.responder(to: $0)
    }
  }

  /// Serves until SIGTERM or SIGINT, then finishes what it has begun and returns.
  /// - Throws: what `run()` throws.
  public func runUntilSignalled() async throws {
    // The group's own chatter stays out of the log: its first line is the address.
    var groupLogger = logger
    groupLogger.logLevel = .error
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: groupLogger))
    try await group.run()
  }

  /// Serves until the surrounding service group shuts down.
  /// - Throws: `ServerError` when the address cannot be listened on, or what `LoadedModels.load` throws.
  public func run() async throws {
    // From before the first log line on: whoever has seen it may send the signal.
    let hangups = configuration.access.keys == nil ? nil : await UnixSignalsSequence(trapping: .sighup)
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        if let hangups, let keys = configuration.access.keys {
          group.addTask {
            for await _ in hangups.cancelOnGracefulShutdown() { reload(keys) }
          }
        }
        try await announce()
        try await load()
        try await group.waitForAll()
      }
      await service.state.translator?.queue.drain()
      logger.info("stopped")
    } onGracefulShutdown: {
      logger.info("shutting down", metadata: ["queue": .stringConvertible(service.queueDepth)])
      service.state.beginDraining()
      loader.giveUp()
      server.shutDown()
    }
  }

  /// Takes the file of keys as it now is.  A wrong one changes nothing, or a slip would lock everybody out.
  private func reload(_ keys: KeyRing) {
    do throws(APIKeyError) {
      try keys.reload()
      logger.info("keys reloaded", metadata: ["keys": .stringConvertible(keys.current.count)])
    } catch {
      logger.error("keys not reloaded; the earlier ones hold", metadata: ["error": "\(error.description)"])
    }
  }

  private func announce() async throws {
    let port = try await server.port
    let host = configuration.server.host
    logger.info(
      "listening",
      metadata: [
        "url": "http://\(host.contains(":") ? "[\(host)]" : host):\(port)", "port": .stringConvertible(port),
        "version": "\(Version.current)",
      ])
  }

  private func load() async throws {
    let models = try await loader.run { [configuration, logger] checkpoint in
      try LoadedModels.load(
        directory: configuration.models, modelName: configuration.modelName,
        .every(defaultModel: configuration.defaultModel, strict: configuration.strictModels),
        precision: configuration.precision, threads: configuration.threads,
        maxBatch: configuration.queue.maxBatch, logger: logger, checkpoint: checkpoint)
    }
    guard let models else { return }
    service.becomeReady(with: models)
    logger.info(
      "ready",
      metadata: [
        "models": "\(models.catalog.models.map(\.name).joined(separator: ","))",
        "threads": .stringConvertible(configuration.threads),
        "precision": "\(configuration.precision.rawValue)", "isa": "\(service.instructionSet)",
      ])
  }
}
