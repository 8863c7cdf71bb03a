import HTTPTypes
import Logging

/// How one request is answered, and who is told of its end.
///
/// The server asks for one as soon as a request's header has been read and found valid, before its body has
/// (`RequestBody`).  What is known of the request from then on can be kept by the two closures, so that no list of
/// requests is needed beside them:
///
///     let server = Server(observer: observer, logger: logger) { request in
///       let context = Context(request)
///       return Responder { await router.route(request).respond(in: context, logger: logger) } finished: { record in
///         log(record, context)
///       }
///     }
public struct Responder: Sendable {
  /// Gives the answer, in a task that is cancelled when the client goes away.  It begins on the queue that reads and
  /// writes, where it may not compute for long, and goes on elsewhere when it has first waited for something, such as a
  /// piece of the body.  A `Problem` it throws becomes the
  /// answer; any other error becomes a 500 that tells the client nothing and the log everything.
  ///
  /// A client that resets its connection is seen to go at once.  One that closes it is not told from one that has
  /// only finished sending, and waits, until the server has sent something: from a second after the client's last byte
  /// on it therefore sends `100 Continue` now and then, which a client that waits takes no notice of.  HTTP/1.0
  /// clients get none, so for them the work is left to finish.  A client that has sent more than the system's buffer
  /// holds of what nobody reads has not closed yet for the system either; its reset is seen at once.
  let respond: @Sendable () async throws -> Response
  /// Is told of the request's end, once, whether `respond` was ever called or not.  It is called on the server's own
  /// threads and must not block.
  let finished: @Sendable (RequestRecord) -> Void

  public init(
    respond: @escaping @Sendable () async throws -> Response,
    finished: @escaping @Sendable (RequestRecord) -> Void = { _ in }
  ) {
    self.respond = respond
    self.finished = finished
  }
}

/// A request that is over: its answer has been handed to the system in full, or its connection is lost.
public struct RequestRecord: Sendable {
  public let remoteAddress: String
  public let method: HTTPRequest.Method
  /// The request target as received.
  public let target: String
  /// The pattern of the route that answered, nil where there was none.
  public let route: String?
  public let status: HTTPResponse.Status
  /// From when the poller told of the header's last bytes, with which small requests are complete, to when the answer's
  /// last byte was with the system.
  public let duration: Duration
  /// The part of `duration` that is the server's own: from when the poller told of the last bytes that the handler
  /// waited for, the header's or the body's.
  public let answerTime: Duration
  /// Bytes of body received, without their framing.
  public let receivedBytes: Int
  /// Bytes of body sent.
  public let sentBytes: Int
  /// False where the client went away before it had the whole answer.
  public let isComplete: Bool
}

extension Response {
  /// What `respond` answers, with what it throws turned into an answer.
  ///
  /// - Parameter logger: is told of errors that are the server's own fault, of which the client learns nothing.
  public static func answering(
    _ request: Request, logger: Logger, by respond: () async throws -> Response
  ) async -> Response {
    do {
      return try await respond()
    } catch let problem as Problem {
      return Response(problem)
    } catch is CancellationError {
      return Response(Problem.givenUp)
    } catch {
      logger.error(
        "a handler failed",
        metadata: [
          "method": "\(request.head.method)", "path": "\(request.path)",
          "error": "\(String(reflecting: error))",
        ])
      return Response(Problem.internalError)
    }
  }
}
