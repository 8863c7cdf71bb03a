/// Takes a request's body out of the bytes behind its header.
enum BodyDecoder {
  case length(remaining: Int)
  case chunked(ChunkedDecoder)

  init(_ framing: BodyFraming) {
    switch framing {
    case .length(let length): self = .length(remaining: length)
    case .chunked: self = .chunked(ChunkedDecoder())
    }
  }

  var isComplete: Bool {
    switch self {
    case .length(let remaining): remaining == 0
    case .chunked(let decoder): decoder.isComplete
    }
  }

  /// How much of the body is still to come, nil where only its end will tell.
  var remainingLength: Int? {
    if case .length(let remaining) = self { remaining } else { nil }
  }

  /// How many of the next bytes are certain to belong to the body.
  var expectedLength: Int {
    switch self {
    case .length(let remaining): remaining
    case .chunked(let decoder): decoder.expectedLength
    }
  }

  /// Decodes on from `input[index]` until the input is used up, `output` has `limit` bytes, or the body is complete.
  ///
  /// - Parameter index: is moved behind what was decoded.
  /// - Throws: `Problem` for broken framing, after which the connection cannot be used.
  mutating func decode(
    _ input: Span<UInt8>, from index: inout Int, into output: inout [UInt8], limit: Int
  ) throws(Problem) {
    switch self {
    case .length(let remaining):
      let count = min(remaining, input.count - index, limit - output.count)
      if count <= 0 { return }
      input.extracting(index..<(index + count)).withUnsafeBufferPointer { output.append(contentsOf: $0) }
      index += count
      self = .length(remaining: remaining - count)
    case .chunked(var decoder):
      // The decoder's buffers have one owner at a time, so that they are not copied.
      self = .length(remaining: 0)
      defer { self = .chunked(decoder) }
      try decoder.decode(input, from: &index, into: &output, limit: limit)
    }
  }
}
