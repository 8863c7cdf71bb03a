/// Is told what the server does, for metrics and logs.  Its methods are called on the server's own threads and must
/// not block.
public protocol ServerObserver: Sendable {
  func connectionOpened()
  func connectionClosed()
  /// The server refused a request, or refused or ended a connection, by a limit or rule of its own.
  func refused(_ reason: RefusalReason, remoteAddress: String)
}

extension ServerObserver {
  public func connectionOpened() {}
  public func connectionClosed() {}
  public func refused(_ reason: RefusalReason, remoteAddress: String) {}
}
