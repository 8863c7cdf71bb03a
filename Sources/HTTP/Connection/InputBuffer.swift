/// What has arrived on a connection and has not been parsed.
struct InputBuffer {
  private var bytes: [UInt8] = []
  /// Up to where `bytes` has been parsed.
  private var index = 0

  /// How much there is to parse.
  var count: Int { bytes.count - index }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

  /// Throws all away.
  mutating func clear() {
    bytes = []
    index = 0
  }

  /// - Throws: what the parser throws; nobody knows then where the next request begins.
  mutating func parse(by parser: inout RequestHeadParser) throws(Problem) -> RequestHead? {
    var end = index
    let head = try parser.parse(bytes.span, from: &end)
    index = end
    compact()
    return head
  }

  /// Appends what there is of a body to `output`.
  ///
  /// - Throws: what the decoder throws; nobody knows then where the body ends.
  mutating func decode(by decoder: inout BodyDecoder, into output: inout [UInt8]) throws(Problem) {
    var end = index
    try decoder.decode(bytes.span, from: &end, into: &output, limit: .max)
    index = end
    compact()
  }

  /// Forgets what has been parsed.
  private mutating func compact() {
    if index == bytes.count {
      // A connection that has had a large body does not keep its buffer while it idles.
      bytes.removeAll(keepingCapacity: bytes.capacity <= 2048)
      index = 0
    } else if index > Self.limit / 2 {
      bytes.removeFirst(index)
      index = 0
    }
  }

  /// Input is not read beyond this much of what nobody has asked for yet: TCP then slows the client down.
  static let limit = 64 * 1024
}
