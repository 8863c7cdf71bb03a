import Logging

/// Answers one request.
///
/// It is called when the request's header has been read, before its body has (see `RequestBody`), in a task that is
/// cancelled when the client goes away.  A `Problem` it throws becomes the answer; any other error becomes a 500
/// that tells the client nothing and the log everything.
///
/// A client that resets its connection is seen to go at once.  One that closes it is not told from one that has only
/// finished sending, and waits, until the server has sent something: from a second after the client's last byte on it
/// therefore sends `100 Continue` now and then, which a client that waits takes no notice of.  HTTP/1.0 clients get
/// none, so for them the handler is left to finish.  A client is not seen to close, only to reset, while more than
/// 64 KiB that it sent are unread.
public typealias Handler = @Sendable (Request) async throws -> Response

extension Response {
  /// What `handler` answers to `request`, with what it throws turned into an answer.
  public static func answering(_ request: Request, with handler: Handler, logger: Logger) async -> Response {
    do {
      return try await handler(request)
    } catch let problem as Problem {
      return Response(problem)
    } catch is CancellationError {
      return Response(Problem.givenUp)
    } catch {
      logger.error(
        "a handler failed",
        metadata: [
          "request": "\(request.id)", "method": "\(request.head.method)", "path": "\(request.path)",
          "error": "\(String(reflecting: error))",
        ])
      return Response(Problem.internalError)
    }
  }
}
