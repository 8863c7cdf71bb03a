import HTTP
import HTTPTypes
import Logging
import Synchronization

/// Accounts for every request: one log line and its metrics, when its answer has left.
final class RequestJournal: ServerObserver {
  /// What the handler knows and the server does not.
  private struct Note {
    let requestID: String
    let client: IPAddress?
    var keyName: String?
    var batchSize: Int?
  }

  private let metrics: ServiceMetrics
  private let logger: Logger
  /// By the server's name for the request; taken out when the request is over.
  private let notes = Mutex<[String: Note]>([:])

  init(metrics: ServiceMetrics, logger: Logger) {
    self.metrics = metrics
    self.logger = logger
  }

  /// Begins a request's entry.
  ///
  /// - Parameter client: its address, which need not be the connection's.
  /// - Returns: the name that the client gave it with `X-Request-Id`, or a new one where it gave none that is
  ///   fit for a log.
  func open(_ request: Request, from client: IPAddress?) -> String {
    let given = request.head.headerFields[.requestID] ?? ""
    let isFit = !given.isEmpty && given.utf8.count <= 128 && given.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    let id = isFit ? given : ResultStore.makeID()
    notes.withLock { $0[request.id] = Note(requestID: id, client: client) }
    return id
  }

  func note(_ caller: Caller, for request: String) {
    notes.withLock { $0[request]?.keyName = caller.keyName }
  }

  func note(batchSize: Int, for request: String) {
    notes.withLock { $0[request]?.batchSize = batchSize }
  }

  func finished(_ record: RequestRecord) {
    let note = notes.withLock { $0.removeValue(forKey: record.id) }
    let route = record.route ?? "none"
    metrics.requests.increment(route, Self.label(record.method), "\(record.status.code)")
    metrics.requestSeconds.observe(record.duration.seconds, route)
    metrics.requestBytes.increment(by: Double(record.receivedBytes))
    metrics.responseBytes.increment(by: Double(record.sentBytes))
    if let keyName = note?.keyName {
      metrics.keyRequests.increment(keyName, Self.label(record.method), "\(record.status.code)")
    }

    let client = note?.client?.description ?? record.remoteAddress
    var fields: Logger.Metadata = [
      "id": "\(note?.requestID ?? record.id)", "client": "\(client)",
      "method": "\(record.method.rawValue)", "path": "\(record.target)",
      "status": .stringConvertible(record.status.code),
      "ms": .stringConvertible(record.duration.milliseconds),
      "bytes_in": .stringConvertible(record.receivedBytes), "bytes": .stringConvertible(record.sentBytes),
    ]
    if let keyName = note?.keyName { fields["key"] = "\(keyName)" }
    if let batchSize = note?.batchSize { fields["batch"] = .stringConvertible(batchSize) }
    if !record.isComplete { fields["aborted"] = .stringConvertible(true) }
    logger.info("request", metadata: fields)
  }

  func refused(_ reason: RefusalReason, remoteAddress: String) {
    metrics.refusals.increment(reason.rawValue)
    logger.debug("refused", metadata: ["reason": "\(reason.rawValue)", "client": "\(remoteAddress)"])
  }

  func connectionOpened() {
    metrics.connections.increment()
    metrics.openConnections.value.add(1, ordering: .relaxed)
  }

  func connectionClosed() { metrics.openConnections.value.subtract(1, ordering: .relaxed) }

  /// Methods are the client's own words; a label has few values.
  private static func label(_ method: HTTPRequest.Method) -> String {
    let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options, .patch]
    return known.contains(method) ? method.rawValue : "other"
  }
}
