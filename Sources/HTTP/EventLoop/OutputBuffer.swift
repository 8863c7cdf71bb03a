/// What is still to be written to a connection: pieces in order, the first perhaps written in part.
struct OutputBuffer {
  private var pieces: [[UInt8]] = []
  private var offset = 0

  var isEmpty: Bool { pieces.isEmpty }

  mutating func append(_ piece: [UInt8]) {
    if !piece.isEmpty { pieces.append(piece) }
  }

  /// Writes until everything is written or `descriptor` takes no more.
  ///
  /// - Returns: how many bytes were written, and the result that ended the writing.
  mutating func write(to descriptor: Descriptor) -> (count: Int, last: Descriptor.Transfer) {
    var total = 0
    while let first = pieces.first {
      let second = pieces.count > 1 ? pieces[1] : []
      // Because the pointers are used within the two closures alone.
      let result = first.withUnsafeBytes { first in
        second.withUnsafeBytes { second in
          descriptor.write(UnsafeRawBufferPointer(rebasing: first[offset...]), second)
        }
      }
      guard case .bytes(let count) = result else { return (total, result) }
      total += count
      remove(count)
    }
    return (total, .bytes(0))
  }

  private mutating func remove(_ count: Int) {
    offset += count
    while let first = pieces.first, offset >= first.count {
      offset -= first.count
      pieces.removeFirst()
    }
  }
}
