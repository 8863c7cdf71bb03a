/// Cuts lines that end in CR LF out of bytes that arrive in pieces.
///
/// A line feed without its carriage return, a carriage return without its line feed and any other control character
/// but the tab are refused at the byte where they stand (RFC 9112 section 2.2 allows as much), so the verdict is the
/// same however the bytes were split.
struct LineReader {
  enum Outcome {
    /// `line` is complete.
    case line
    /// The input is used up.
    case needsInput
    /// The budget is used up.
    case exhausted
  }

  /// The line read last, without its CR LF; part of one until then, and up to its fault where it is refused.
  private(set) var line: [UInt8] = []
  /// How many more bytes lines may take, their ends included.
  var budget: Int
  private var isComplete = false
  private var endsInCarriageReturn = false

  /// Long lines grow by this.
  private static let step = 4096

  init(budget: Int) { self.budget = budget }

  /// Whether a line has been begun and not ended.
  var isInsideLine: Bool { !isComplete && (!line.isEmpty || endsInCarriageReturn) }

  /// Reads on from `input[index]`.
  ///
  /// - Parameter index: is moved behind what was read.
  /// - Throws: `Problem` 400.
  mutating func read(_ input: Span<UInt8>, from index: inout Int) throws(Problem) -> Outcome {
    if isComplete {
      line.removeAll(keepingCapacity: true)
      isComplete = false
    }
    let start = index
    let end = min(input.count, index + budget)
    // The common byte takes one comparison and a half; everything else is sorted out below.
    while index < end {
      let byte = input[index]
      if endsInCarriageReturn {
        guard byte == 0x0A else {
          append(input.extracting(start..<max(start, index - 1)))
          throw .bareCarriageReturn
        }
        index += 1
        budget -= index - start
        append(input.extracting(start..<max(start, index - 2)))
        endsInCarriageReturn = false
        isComplete = true
        return .line
      }
      if byte >= 0x20 && byte != 0x7F || byte == 0x09 {
        index += 1
        continue
      }
      guard byte == 0x0D else {
        append(input.extracting(start..<index))
        throw byte == 0x0A ? .bareLineFeed : .controlCharacter
      }
      endsInCarriageReturn = true
      index += 1
    }
    budget -= index - start
    append(input.extracting(start..<(endsInCarriageReturn && index > start ? index - 1 : index)))
    return index < input.count ? .exhausted : .needsInput
  }

  private mutating func append(_ bytes: Span<UInt8>) {
    let count = line.count + bytes.count
    // An array that grows by itself takes half as much again as it needs, which thousands of clients could fill.
    if count > Self.step, count > line.capacity {
      line.reserveCapacity((count + Self.step - 1) / Self.step * Self.step)
    }
    // Because Array cannot append a Span yet; the pointer does not leave the closure.
    bytes.withUnsafeBufferPointer { line.append(contentsOf: $0) }
  }
}

extension Problem {
  static let bareLineFeed = malformed("A line ends in LF alone. Lines end in CR LF.")
  static let bareCarriageReturn = malformed("A CR is not followed by LF. Lines end in CR LF.")
  static let controlCharacter = malformed("The header contains a control character.")
}
