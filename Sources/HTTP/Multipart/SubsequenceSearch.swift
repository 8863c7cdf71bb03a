/// Finds a byte sequence in others by Horspool's method, which looks at few of the bytes when the sequence is as long
/// as a multipart delimiter.
struct SubsequenceSearch {
  let pattern: [UInt8]
  /// How far to move on when the byte under the pattern's end is this one.
  private var shift: [Int]

  /// - Precondition: `pattern` is not empty.
  init(_ pattern: [UInt8]) {
    precondition(!pattern.isEmpty)
    self.pattern = pattern
    shift = Array(repeating: pattern.count, count: 256)
    for (index, byte) in pattern.dropLast().enumerated() { shift[Int(byte)] = pattern.count - 1 - index }
  }

  /// The first index from `start` on at which the pattern begins.
  func first(in bytes: [UInt8], from start: Int) -> Int? {
    let last = pattern.count - 1
    var position = start
    while position + last < bytes.count {
      let byte = bytes[position + last]
      if byte == pattern[last], matches(bytes, at: position) { return position }
      position += shift[Int(byte)]
    }
    return nil
  }

  private func matches(_ bytes: [UInt8], at position: Int) -> Bool {
    for index in pattern.indices where bytes[position + index] != pattern[index] { return false }
    return true
  }
}
