/// What has arrived on a connection and has not been parsed.
struct InputBuffer {
  private var bytes: [UInt8] = []
  /// Up to where `bytes` has been parsed.
  private var index = 0

  /// How much may lie here that nobody has asked for yet: pipelined requests, the beginning of a body.  What comes
  /// beyond it is left in the system's buffer, and TCP then slows the client down.
  ///
  /// A connection holds this much at the most beside the header that it is reading, which has a limit of its own.
  static let limit = 4 * 1024

  /// How much there is to parse.
  var count: Int { bytes.count - index }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    bytes.removeFirst(index)
    index = 0
    // Exactly so much, because an array that grows by itself may take twice what it needs.
    bytes.reserveCapacity(bytes.count + more.count)
    bytes.append(contentsOf: more)
  }

  /// Throws all away.
  mutating func clear() {
    bytes = []
    index = 0
  }

  /// - Throws: what the parser throws; nobody knows then where the next request begins.
  mutating func parse(by parser: inout RequestHeadParser) throws(Problem) -> RequestHead? {
    var end = index
    let head = try parser.parse(bytes.span, from: &end)
    forget(upTo: end)
    return head
  }

  /// Appends what there is of a body to `output`.
  ///
  /// - Throws: what the decoder throws; nobody knows then where the body ends.
  mutating func decode(by decoder: inout BodyDecoder, into output: inout [UInt8]) throws(Problem) {
    var end = index
    try decoder.decode(bytes.span, from: &end, into: &output, limit: .max)
    forget(upTo: end)
  }

  /// Keeps no memory where there is nothing to parse, so that connections that idle hold none.
  private mutating func forget(upTo end: Int) {
    index = end
    if isEmpty { clear() }
  }
}
