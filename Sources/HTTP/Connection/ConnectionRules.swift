/// What a connection allows its client, in the units that its state counts in: nanoseconds and bytes.
struct ConnectionRules: Sendable {
  let head: RequestHeadParser.Limits
  let headerTime: UInt64
  let idleTime: UInt64
  let bodyTime: UInt64
  let writeTime: UInt64
  let lingerSilence: UInt64
  let lingerTime: UInt64
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
    lingerSilence = configuration.lingerSilence.nanoseconds
    lingerTime = configuration.lingerTime.nanoseconds
    minimumRate = max(1, configuration.minimumRate)
    maximumRequests = configuration.maximumRequestsPerConnection
  }

  /// What is asked of who sends a body.
  var bodyPace: Pace { Pace(patience: bodyTime, rate: minimumRate) }

  /// What is asked of who reads an answer.
  ///
  /// TCP does not tell of every byte that is read: a system opens its window again when a segment fits, which has up to
  /// 64 KiB, or a part of its buffer.
  var answerPace: Pace { Pace(patience: writeTime, rate: minimumRate, step: 64 * 1024) }
}

extension Duration {
  /// 0 for negative durations, the most there is for those of centuries.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 1 << 32)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
