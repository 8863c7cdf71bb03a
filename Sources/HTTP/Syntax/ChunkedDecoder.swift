/// Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly.  The result does not depend on how the bytes
/// were split.
///
/// Chunk extensions must be well formed and are ignored; trailer fields must be well formed and are dropped.  All of
/// them together are bounded, so that a body cannot be mostly decoration.
struct ChunkedDecoder {
  private enum State {
    case size
    case data(remaining: Int)
    /// Behind a chunk's data; the number of bytes of its CR LF seen.
    case dataEnd(seen: Int)
    case trailer
    case complete
  }

  private var state = State.size
  private var lines = LineReader(budget: lineBudget)
  private var extensionBytes = 0
  private var trailerFields = 0

  /// What one size line may take.
  private static let lineBudget = 512
  /// What the extensions of all chunks may take, and then all trailer fields.
  private static let decorationBudget = 8 * 1024
  private static let maximumTrailerFields = 32

  var isComplete: Bool {
    if case .complete = state { true } else { false }
  }

  /// How much of the present chunk is still to come.
  var expectedLength: Int {
    if case .data(let remaining) = state { remaining } else { 0 }
  }

  /// Decodes on from `input[index]` until the input is used up, `output` has `limit` bytes, or the body is complete.
  ///
  /// - Parameter index: is moved behind what was decoded.
  /// - Throws: `Problem` 400 for broken framing, 431 for a trailer that is too large.
  mutating func decode(
    _ input: Span<UInt8>, from index: inout Int, into output: inout [UInt8], limit: Int
  ) throws(Problem) {
    while true {
      switch state {
      case .size:
        switch try lines.read(input, from: &index) {
        case .line: try beginChunk()
        case .needsInput: return
        case .exhausted: throw .badChunk
        }
      case .data(let remaining):
        let count = min(remaining, input.count - index, limit - output.count)
        if count <= 0 { return }
        input.extracting(index..<(index + count)).withUnsafeBufferPointer { output.append(contentsOf: $0) }
        index += count
        state = count == remaining ? .dataEnd(seen: 0) : .data(remaining: remaining - count)
      case .dataEnd(let seen):
        guard index < input.count else { return }
        guard input[index] == (seen == 0 ? 0x0D : 0x0A) else { throw .badChunk }
        index += 1
        lines.budget = Self.lineBudget
        state = seen == 0 ? .dataEnd(seen: 1) : .size
      case .trailer:
        switch try lines.read(input, from: &index) {
        case .line: try readTrailer()
        case .needsInput: return
        case .exhausted: throw .trailerTooLarge
        }
      case .complete:
        return
      }
    }
  }

  private mutating func beginChunk() throws(Problem) {
    let (size, extensions) = try parseSizeLine(lines.line.span)
    extensionBytes += extensions
    guard extensionBytes <= Self.decorationBudget else { throw .badChunk }
    if size > 0 {
      state = .data(remaining: size)
    } else {
      lines.budget = Self.decorationBudget
      state = .trailer
    }
  }

  private mutating func readTrailer() throws(Problem) {
    if lines.line.isEmpty {
      state = .complete
      return
    }
    trailerFields += 1
    guard trailerFields <= Self.maximumTrailerFields else { throw .tooManyTrailers }
    _ = try parseFieldLine(lines.line.span)
  }
}

/// - Returns: the chunk's size, and how many bytes the extensions behind it take.
private func parseSizeLine(_ line: Span<UInt8>) throws(Problem) -> (size: Int, extensions: Int) {
  var size = 0
  var index = 0
  while index < line.count, let digit = hexadecimalValue(line[index]) {
    guard size <= Int.max >> 4 else { throw .badChunk }
    size = size << 4 | Int(digit)
    index += 1
  }
  guard index > 0, isChunkExtensions(line.extracting(index...)) else { throw .badChunk }
  return (size, line.count - index)
}

/// `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS ( token / quoted-string ) ] )`, RFC 9112 section 7.1.1.
private func isChunkExtensions(_ bytes: Span<UInt8>) -> Bool {
  if bytes.isEmpty { return true }
  var scanner = bytes.withUnsafeBufferPointer { FieldScanner($0) }
  while !scanner.isAtEnd {
    scanner.skipSpace()
    guard scanner.skip(";") else { return false }
    scanner.skipSpace()
    guard scanner.token() != nil else { return false }
    var value = scanner
    value.skipSpace()
    // Without a value, the space belongs to the next semicolon.
    guard value.skip("=") else { continue }
    value.skipSpace()
    guard value.value() != nil else { return false }
    scanner = value
  }
  return true
}

extension Problem {
  fileprivate static let badChunk = malformed(
    "The chunked body is broken: each chunk is its size in hexadecimal, CR LF, that many bytes, CR LF.")

  fileprivate static let trailerTooLarge = Problem(
    .requestHeaderFieldsTooLarge, refusal: .headerTooLarge, title: "The trailer is too large",
    detail:
      "The trailer fields behind the chunked body are too long. Leave them out; they are not read here.")

  fileprivate static let tooManyTrailers = Problem(
    .requestHeaderFieldsTooLarge, refusal: .tooManyFields, title: "The trailer is too large",
    detail:
      "There are too many trailer fields behind the chunked body. Leave them out; they are not read here.")
}
