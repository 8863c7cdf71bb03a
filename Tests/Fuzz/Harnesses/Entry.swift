// What every harness shares: each is this file, one that defines `fuzz(_:)`, and the objects of the modules.

/// libFuzzer's entry point.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy, so that AddressSanitizer sees a read past its end; the pointer does not leave the call.
  fuzz(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Ends the fuzzer when a property does not hold: a crash is how libFuzzer learns of it and keeps the input.  By
/// `fatalError`, because in release builds `precondition` leaves the message out.
func expect(_ holds: Bool, _ property: @autoclosure () -> String) {
  if !holds { fatalError(property()) }
}

extension [UInt8] {
  /// The bytes in pieces: whole, one by one, and split at places that depend on nothing but the bytes, so that an
  /// input which fails once fails always.
  var splits: [[[UInt8]]] { [[self], map { [$0] }, randomPieces(upTo: 7), randomPieces(upTo: 64)] }

  private func randomPieces(upTo longest: Int) -> [[UInt8]] {
    var state = reduce(UInt64(longest)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } | 1
    var pieces: [[UInt8]] = []
    var start = 0
    while start < count {
      // Xorshift64.
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let end = Swift.min(count, start + 1 + Int(state % UInt64(longest)))
      pieces.append(Array(self[start..<end]))
      start = end
    }
    return pieces
  }
}
