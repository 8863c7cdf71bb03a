/// What a connection allows its client, in the units that its state counts in: nanoseconds and bytes.
struct ConnectionRules: Sendable {
  let head: RequestHeadParser.Limits
  let headerTime: UInt64
  let idleTime: UInt64
  let bodyTime: UInt64
  let writeTime: UInt64
  let lingerTime: UInt64
  let lingerBytes: Int
  /// Bytes a second.
  let minimumRate: Int
  let maximumRequests: Int

  init(_ configuration: ServerConfiguration) {
    head = RequestHeadParser.Limits(
      targetBytes: configuration.maximumTargetBytes, headerBytes: configuration.maximumHeaderBytes,
      fields: configuration.maximumHeaderFields)
    headerTime = configuration.headerTime.nanoseconds
    idleTime = configuration.idleTime.nanoseconds
    bodyTime = configuration.bodyTime.nanoseconds
    writeTime = configuration.writeTime.nanoseconds
    lingerTime = configuration.lingerTime.nanoseconds
    lingerBytes = max(Self.lingerBytes, configuration.maximumBodyBytes)
    minimumRate = max(1, configuration.minimumRate)
    maximumRequests = configuration.maximumRequestsPerConnection
  }

  /// What both systems' socket buffers may hold of a body that nobody wants, and some more.  Where longer bodies are
  /// allowed, a client that sends all of one before it reads anything gets its answer too.
  private static let lingerBytes = 16 * 1024 * 1024

  /// The time in nanoseconds in which a client must have sent or taken so many bytes: `time` and what the minimum
  /// rate gives it.
  func allowance(_ time: UInt64, forBytes count: Int) -> UInt64 {
    time + UInt64(min(Double(count) / Double(minimumRate), 1e9) * 1e9)
  }
}

extension Duration {
  /// 0 for negative durations, the most there is for those of centuries.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 1 << 32)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
