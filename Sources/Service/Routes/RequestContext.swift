import HTTP
import HTTPTypes
import Logging
import Synchronization

/// What the service knows of a request beside what HTTP tells: it is made when the header has been read, travels with
/// the request, and is gone with it.
final class RequestContext: Sendable {
  /// The name that the client gave it with `X-Request-Id`, or a new one where it gave none that is fit for a log.
  let id: String
  let purpose: RoutePolicy.Purpose
  let caller: Caller
  /// Nil where the client names no trace.
  let trace: TraceContext?
  /// Names the request in every line, and its trace.
  let logger: Logger
  private let largestBatch = Atomic<Int>(0)
  private let stages = Mutex<[Stage: Duration]>([:])
  /// Memory of the answer, until it has been sent.
  private let leases = Mutex<[MemoryBudget.Lease]>([])

  init(_ request: Request, purpose: RoutePolicy.Purpose, caller: Caller, logger: Logger) {
    let given = request.head.headerFields[.requestID] ?? ""
    let isFit = !given.isEmpty && given.utf8.count <= 128 && given.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    let id = isFit ? given : ResultStore.makeID()
    self.id = id
    self.purpose = purpose
    self.caller = caller
    trace = TraceContext(request.head.headerFields)
    var logger = logger
    logger[metadataKey: "id"] = "\(id)"
    if let trace {
      logger[metadataKey: "trace_id"] = "\(trace.traceID)"
      logger[metadataKey: "span_id"] = "\(trace.spanID)"
      logger[metadataKey: "parent_id"] = "\(trace.parentID)"
    }
    self.logger = logger
  }

  /// Images of the largest batch that one of its pictures was translated in, nil before any was.
  var batchSize: Int? {
    let size = largestBatch.load(ordering: .relaxed)
    return size > 0 ? size : nil
  }

  /// Keeps the lease of what the request still has in memory until the request is over.
  func hold(_ lease: MemoryBudget.Lease) { leases.withLock { $0.append(lease) } }

  /// What its images have spent in each stage, all of them together, though they may overlap.
  var stageTimes: [Stage: Duration] { stages.withLock { $0 } }

  func note(_ duration: Duration, in stage: Stage) {
    stages.withLock { $0[stage, default: .zero] += duration }
  }

  func note(batchSize: Int) { largestBatch.max(batchSize, ordering: .relaxed) }
}

extension HTTPField.Name {
  // The name is a token, so that it is not nil.
  static let requestID = HTTPField.Name("X-Request-Id")!
}
