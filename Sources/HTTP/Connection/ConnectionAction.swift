/// Something that a connection is to do.  `ConnectionState` decides it, `Connection` does it.
enum ConnectionAction {
  /// Start the work on a request.
  case begin(RequestHead, ordinal: UInt64)
  /// Give the task that waits for the request's body a piece, nil for its end, or why there is none.
  case resumeReader(Result<[UInt8]?, any Error>)
  /// The client is gone: whoever works on the request need not go on.
  case cancelWork
  /// Send `100 Continue`.
  case writeInterim
  case write(Response, ResponseForm)
  /// Ask the system how much of what was written the client's has not taken, and tell `measured`.
  case measureOutput
  /// Tell that the request is over, whose last byte went out, or whose client went, at `end`.
  case report(Exchange, end: UInt64, isComplete: Bool)
  /// Tell why this client is refused something, or its connection ends.
  case note(RefusalReason)
  /// Tell the client that nothing more will be sent.
  case shutDownWriting
  /// Read all that is there, and throw it away.
  case discardInput
  /// Make a reset of the closing that follows.
  case reset
  /// Close the socket; nothing more happens.
  case close
}

/// How an answer is to be written on its connection.
struct ResponseForm: Equatable {
  /// The connection is closed behind it.
  var closes: Bool
  /// The client speaks HTTP/1.0 and is told that the connection stays open.
  var confirmsKeepAlive = false
  /// Whether the answer's body is sent, not only its length.
  var hasBody = true
}
