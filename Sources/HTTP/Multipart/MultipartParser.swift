import HTTPTypes

/// Takes multipart bodies (RFC 2046 section 5.1, RFC 7578) apart while they arrive.  The parts do not depend on how
/// the bytes were split.
///
/// What precedes the first boundary and follows the last is skipped.  A line that only begins like the boundary is
/// data.  No more is kept than one part's header, or as much data as could be the beginning of a boundary.
struct MultipartParser {
  enum Event: Equatable {
    /// A part begins.
    case begin(HTTPFields)
    /// Some of its data, at least a byte.
    case data([UInt8])
    case end
  }

  private enum State {
    case preamble
    case header
    case data
    case epilogue
  }

  /// What a found delimiter turns out to be by what follows it on its line.
  private enum Delimiter {
    case next(end: Int)
    case last
    case data
    /// The line has not arrived yet.
    case unknown
  }

  private let limits: MultipartLimits
  /// CR LF, two hyphens and the boundary.
  private let delimiter: SubsequenceSearch
  private var state = State.preamble
  /// What has arrived; done with up to `position`.
  private(set) var pending: [UInt8] = [0x0D, 0x0A]
  private var position = 0
  /// How much from `position` on is not data: a delimiter may come at once, at the very start and behind a header
  /// whose empty line ends in the delimiter's own CR LF, so the search begins at a CR LF that belongs to no data.
  private var borrowed = 2
  /// Where the search for the delimiter goes on.
  private var searched = 0
  private var lines = LineReader(budget: 0)
  private var fields = HTTPFields()
  private var parts = 0

  /// Spaces that may follow a boundary on its line.
  private static let maximumPadding = 64

  /// - Throws: `Problem` 400 for a boundary that RFC 2046 does not allow.
  init(boundary: String, limits: MultipartLimits = MultipartLimits()) throws(Problem) {
    let bytes = Array(boundary.utf8)
    guard (1...70).contains(bytes.count), bytes.last != 0x20,
      bytes.allSatisfy({ ByteClass.boundary.contains($0) })
    else {
      throw .malformedMultipart("Its boundary must be 1 to 70 letters, digits or '()+_,-./:=?.")
    }
    self.limits = limits
    delimiter = SubsequenceSearch([0x0D, 0x0A, 0x2D, 0x2D] + bytes)
  }

  /// Reads on.
  ///
  /// - Throws: `Problem` 400 for a malformed part header, 413 for more parts than allowed, 431 for too long a header.
  mutating func parse(_ bytes: [UInt8]) throws(Problem) -> [Event] {
    if case .epilogue = state { return [] }
    pending += bytes
    var events: [Event] = []
    while try step(&events) {}
    // Two bytes stay, to become the borrowed CR LF of the next part's data.
    let done = max(0, position - 2)
    pending.removeFirst(done)
    position -= done
    searched -= min(searched, done)
    return events
  }

  /// - Throws: `Problem` 400 when the final boundary has not come.
  func finish() throws(Problem) {
    guard case .epilogue = state else {
      throw .malformedMultipart(
        "It ends before its final boundary. Send it whole, up to the boundary and --.")
    }
  }

  /// - Returns: whether there may be more to do with what has arrived.
  private mutating func step(_ events: inout [Event]) throws(Problem) -> Bool {
    switch state {
    case .preamble, .data: return try searchDelimiter(&events)
    case .header: return try readHeader(&events)
    case .epilogue:
      position = pending.count
      return false
    }
  }

  private mutating func searchDelimiter(_ events: inout [Event]) throws(Problem) -> Bool {
    guard let found = delimiter.first(in: pending, from: searched) else {
      // The end may be the beginning of a delimiter.
      searched = max(searched, pending.count - delimiter.pattern.count + 1)
      emit(upTo: searched, &events)
      return false
    }
    switch classify(behind: found + delimiter.pattern.count) {
    case .unknown:
      emit(upTo: found, &events)
      return false
    case .data:
      searched = found + delimiter.pattern.count
    case .last:
      endPart(at: found, &events)
      state = .epilogue
    case .next(let end):
      endPart(at: found, &events)
      try beginHeader(at: end)
    }
    return true
  }

  private func classify(behind start: Int) -> Delimiter {
    var index = start
    if index < pending.count, pending[index] == UInt8(ascii: "-") {
      guard index + 1 < pending.count else { return .unknown }
      return pending[index + 1] == UInt8(ascii: "-") ? .last : .data
    }
    while index < pending.count, pending[index] == 0x20 || pending[index] == 0x09 { index += 1 }
    if index - start > Self.maximumPadding { return .data }
    guard index < pending.count else { return .unknown }
    guard pending[index] == 0x0D else { return .data }
    guard index + 1 < pending.count else { return .unknown }
    return pending[index + 1] == 0x0A ? .next(end: index + 2) : .data
  }

  /// Hands out the data up to `end`.
  private mutating func emit(upTo end: Int, _ events: inout [Event]) {
    let start = position + borrowed
    if case .data = state, end > start { events.append(.data(Array(pending[start..<end]))) }
    borrowed = max(0, start - end)
    position = end
    searched = max(searched, end)
  }

  private mutating func endPart(at end: Int, _ events: inout [Event]) {
    let isPart = if case .data = state { true } else { false }
    emit(upTo: end, &events)
    if isPart { events.append(.end) }
  }

  private mutating func beginHeader(at start: Int) throws(Problem) {
    parts += 1
    guard parts <= limits.parts else {
      throw Problem(
        .contentTooLarge, refusal: .tooManyParts, title: "The form has too many parts",
        detail: "At most \(limits.parts) parts are accepted. Send several requests.")
    }
    position = start
    lines = LineReader(budget: limits.headerBytes)
    fields = HTTPFields()
    state = .header
  }

  private mutating func readHeader(_ events: inout [Event]) throws(Problem) -> Bool {
    switch try readLine() {
    case .needsInput: return false
    case .exhausted:
      throw Problem(
        .requestHeaderFieldsTooLarge, refusal: .partHeaderTooLarge,
        title: "The header of a part is too large",
        detail: "The header of a part may have \(limits.headerBytes) bytes. Send fewer or shorter fields.")
    case .line: try takeHeaderLine(&events)
    }
    return true
  }

  private mutating func readLine() throws(Problem) -> LineReader.Outcome {
    // A span of `pending` borrows all of this value, so what is changed meanwhile steps out of it.
    var lines = self.lines
    self.lines = LineReader(budget: 0)
    var index = position
    defer {
      self.lines = lines
      position = index
    }
    return try lines.read(pending.span, from: &index)
  }

  private mutating func takeHeaderLine(_ events: inout [Event]) throws(Problem) {
    if !lines.line.isEmpty {
      fields.append(try parseFieldLine(lines.line.span))
      return
    }
    events.append(.begin(fields))
    position -= 2
    pending[position] = 0x0D
    pending[position + 1] = 0x0A
    borrowed = 2
    searched = position
    state = .data
  }
}

extension Problem {
  static func malformedMultipart(_ detail: String) -> Problem {
    Problem(
      .badRequest, refusal: .malformedRequest, title: "The multipart body is malformed", detail: detail)
  }
}
