import HTTPTypes

/// Where a server listens, what it puts up with, and what it says in every answer.
public struct ServerConfiguration: Sendable {
  /// An IPv4 or IPv6 address, or a name, all of whose addresses are listened on that can be; `0.0.0.0` for every IPv4
  /// interface, `::` for every interface.
  public var host = "127.0.0.1"
  /// 0 for any free port, which `Server.port` then tells.
  public var port = 8080

  /// Bytes of a request's target; more gets 414.
  public var maximumTargetBytes = 8 * 1024
  /// Bytes of a request line and header together, line ends included; more gets 431.
  public var maximumHeaderBytes = 32 * 1024
  /// Bytes that headers which have begun and not ended may have together; beyond it those that began first get 408.
  public var headerMemory: Int { max(16 << 20, 8 * maximumHeaderBytes) }
  /// Header fields of a request; more gets 431.
  public var maximumHeaderFields = 100
  /// Bytes of a request's body; more gets 413.
  public var maximumBodyBytes = 64 * 1024 * 1024

  /// From the connection's opening, or a request's first byte, to the end of the header; longer gets 408.
  public var headerTime = Duration.seconds(10)
  /// How long a connection may stay open between requests; longer gets it closed.
  public var idleTime = Duration.seconds(75)
  /// How long a client may send nothing of a body while a handler waits for it; longer gets 408.
  public var bodyTime = Duration.seconds(15)
  /// How long a client may take nothing of an answer; longer gets the connection reset.
  public var writeTime = Duration.seconds(15)
  /// Bytes a second that a client must send of a body and take of an answer, all the time: it may be late by the two
  /// times above, but bytes that came early make up for none that come later.
  public var minimumRate = 1024
  /// The server reads on (and throws away what comes) from a connection that it has closed for its part, so that the
  /// client can read the last answer (RFC 9112 section 9.6): until the client has sent nothing for so long,
  public var lingerSilence = Duration.seconds(5)
  /// and at most for so long.
  public var lingerTime = Duration.seconds(30)

  /// Requests that one connection may make before it is closed, so that load spreads over several processes again.
  public var maximumRequestsPerConnection = 100_000
  /// Connections in all; the next takes the place of the longest idle one, or gets 503 where none idles.
  public var maximumConnections = 10_000
  /// Connections from one address, nil for no limit of their own: behind a proxy all come from one; the next gets 429.
  public var maximumConnectionsPerAddress: Int?

  /// Bytes that connections hold which nobody works for: what each takes to exist, and what may lie unread in it.
  public var idleMemory: Int { maximumConnections * (1024 + InputBuffer.limit) }

  /// How long the server goes on accepting when it has been told to shut down, until all who send it requests have
  /// learnt of it; every answer then ends its connection.
  public var drainTime = Duration.zero
  /// How long requests in flight may take to finish after that.
  public var shutdownTime = Duration.seconds(30)

  /// Fields that every answer carries, those included that no handler is asked for (400, 408, 431, 503 ...), unless
  /// the answer has one of the same name already.
  public var commonHeaderFields = HTTPFields()

  public init() {}
}
