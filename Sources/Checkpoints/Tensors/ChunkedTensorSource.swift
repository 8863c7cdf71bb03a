import Tensors

/// A source whose tensors can be read piece by piece, so that the largest weight (1.07 GB) costs no memory of
/// its own size.
public protocol ChunkedTensorSource: TensorSource {
  /// Calls `body` with the elements in row-major order, `maximumCount` at a time (fewer at the end).
  /// - Throws: what `floats(_:)` throws, and what `body` throws.
  func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws
}

extension ChunkedTensorSource {
  public func floats(_ name: String) throws -> [Float] {
    var floats: [Float] = []
    floats.reserveCapacity(tensors[name]?.count ?? 0)
    try forEachChunk(of: name, maximumCount: defaultChunk) { chunk in
      chunk.withUnsafeBufferPointer { floats.append(contentsOf: $0) }
    }
    return floats
  }
}

/// Elements that are converted at a time: 1 MiB of floats, which stays in a core's cache.
let defaultChunk = 1 << 18

extension TensorSource {
  /// The elements in row-major order, `maximumCount` at a time where the source can do so, else all at once.
  public func readChunks(
    of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void
  ) throws {
    if let chunked = self as? any ChunkedTensorSource {
      try chunked.forEachChunk(of: name, maximumCount: maximumCount, body)
    } else {
      let all = try floats(name)
      try body(all.span)
    }
  }

  /// Reads every tensor once and looks for NaN and infinity.
  /// - Throws: `CheckpointError.mismatch` naming the first tensor and element that is not finite.
  public func requireFinite() throws {
    for name in tensors.keys.sorted() {
      var start = 0
      try readChunks(of: name, maximumCount: defaultChunk) { chunk in
        if let index = firstNonFinite(chunk) {
          throw CheckpointError(
            .mismatch, "tensor \(quoted(name)) holds \(chunk[index]) at element \(start + index)")
        }
        start += chunk.count
      }
    }
  }
}

/// The first element that is NaN or infinite.
func firstNonFinite(_ values: Span<Float>) -> Int? {
  // A search without early exit vectorises; the index is only looked for when there is one.
  values.withUnsafeBufferPointer { values in
    var found: UInt32 = 0
    for value in values { found |= value.bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
    return found == 0 ? nil : values.firstIndex { !$0.isFinite }
  }
}
