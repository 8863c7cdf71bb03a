import HTTP
import HTTPTypes
import Logging

/// Accounts for every request, one log line and its metrics when its answer has left, and for the server's own
/// refusals and connections.
struct RequestJournal: ServerObserver {
  let metrics: ServiceMetrics
  let logger: Logger
  /// From when on a request is slow, which has a line of its own; nil for never.
  let slowTime: Duration?

  func finished(_ record: RequestRecord, _ context: RequestContext) {
    let route = record.route ?? "none"
    metrics.requests.increment(route, Self.label(record.method), "\(record.status.code)")
    metrics.requestSeconds.observe(record.duration.seconds, route)
    metrics.answerSeconds.observe(
      record.answerTime.seconds, AnswerKind(context.purpose, record.status).rawValue)
    metrics.requestBytes.increment(by: Double(record.receivedBytes))
    metrics.responseBytes.increment(by: Double(record.sentBytes))
    if let keyName = context.caller.keyName {
      metrics.keyRequests.increment(keyName, Self.label(record.method), "\(record.status.code)")
    }

    let client = context.caller.address?.description ?? record.remoteAddress
    var fields: Logger.Metadata = [
      "client": "\(client)", "method": "\(record.method.rawValue)", "path": "\(record.target)",
      "status": .stringConvertible(record.status.code),
      "ms": .stringConvertible(record.duration.milliseconds),
      "bytes_in": .stringConvertible(record.receivedBytes), "bytes": .stringConvertible(record.sentBytes),
    ]
    if let keyName = context.caller.keyName { fields["key"] = "\(keyName)" }
    if let batchSize = context.batchSize { fields["batch"] = .stringConvertible(batchSize) }
    if !record.isComplete { fields["aborted"] = .stringConvertible(true) }
    context.logger.info("request", metadata: fields)
    if let slowTime, record.duration >= slowTime { tellSlow(record, context) }
  }

  /// Where the time of a slow request went.  What its stages leave of it is the stage behind the last of them, in which it
  /// was given up, or the writing of its answer.
  private func tellSlow(_ record: RequestRecord, _ context: RequestContext) {
    var fields: Logger.Metadata = [
      "method": "\(record.method.rawValue)", "path": "\(record.target)",
      "status": .stringConvertible(record.status.code),
      "ms": .stringConvertible(record.duration.milliseconds),
    ]
    for (stage, duration) in context.stageTimes {
      fields["\(stage.rawValue)_ms"] = .stringConvertible(duration.milliseconds)
    }
    context.logger.warning("slow request", metadata: fields)
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
