import HTTP
import Logging
import Synchronization

/// The whole service as a process runs it: sockets, models, signals, and an orderly end.
///
/// It listens before its models are loaded, so that probes get answers from the start; `/health/ready` tells when
/// translations are taken.
public final class TranslationServer: Sendable {
  private let configuration: ServiceConfiguration
  private let logger: Logger
  private let service: TranslationService
  private let server: Server
  private let isEnding = Atomic(false)

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

  /// Serves until SIGTERM or SIGINT, then on for the drain time, then finishes what it has begun and returns.
  ///
  /// A second of these ends the drain time and leaves what has begun a second's time.  SIGHUP reads the file of keys
  /// again, and loads what has changed in the directory of models.
  /// - Throws: `ServerError` when the address cannot be listened on, what `ModelRegistry.start` throws, or
  ///   `MemoryShortage` when the memory that there is does not hold what the configuration promises.
  /// - Precondition: it is run once in a process, for the signals are the process's.
  public func run() async throws {
    // From before the first log line on: whoever has seen it may send a signal.
    Signals.watch { signal in
      switch signal {
      case .end: self.end()
      case .reload:
        self.reloadKeys()
        Task { await self.service.registry.follow() }
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.server.run() }
      try await announce()
      try await load()
      let following = Task { await self.followModels() }
      defer { following.cancel() }
      try await group.waitForAll()
    }
    await service.state.translator?.queue.drain()
    logger.info("stopped")
  }

  private func end() {
    guard !isEnding.exchange(true, ordering: .relaxed) else {
      logger.info("shutting down at once")
      service.state.hurry()
      return server.hurry()
    }
    logger.info("shutting down", metadata: ["queue": .stringConvertible(service.queueDepth)])
    service.state.beginDraining()
    service.registry.giveUp()
    server.shutDown()
  }

  /// Takes the file of keys as it now is.  A wrong one changes nothing, or a slip would lock everybody out; one without
  /// a key is right, or the last key could not be revoked.
  private func reloadKeys() {
    guard let keys = configuration.access.keys else { return logger.info("there are no keys to reload") }
    do throws(APIKeyError) {
      try keys.reload()
      let count = keys.current.count
      logger.log(
        level: count > 0 ? .info : .warning,
        count > 0 ? "keys reloaded" : "keys reloaded; there is none, and nobody may use the service",
        metadata: ["keys": .stringConvertible(count)])
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
    guard let models = try await service.loadModels() else { return }
    logger.info(
      "ready",
      metadata: [
        "models": "\(models.catalog.models.map(\.name).joined(separator: ","))",
        "threads": .stringConvertible(configuration.threads),
        "precision": "\(configuration.precision.rawValue)", "isa": "\(service.instructionSet)",
      ])
  }

  /// Looks at the directory of models every so often, until it is cancelled.
  private func followModels() async {
    guard let pollTime = configuration.modelsPollTime else { return }
    while (try? await Task.sleep(for: pollTime)) != nil { await service.registry.follow() }
  }
}
