/// What lies beyond the border of an image.
public enum Padding: String, Sendable, CaseIterable {
  /// The image mirrored at its border pixels, which are not repeated (PyTorch's `ReflectionPad2d`).
  case reflect
  /// The border pixels repeated: what `reflect` by one becomes when an image is first enlarged by nearest ×2.
  case replicate
  /// Zeros, which no normalisation moves: they stand in for what it would have made.
  case zero

  /// Where coordinate `index` is read in `0..<count`.  Coordinates that only pad the last tile are clamped, as are
  /// those whose pixel `isOutside`.
  func resolve(_ index: Int, count: Int) -> Int {
    switch self {
    case .replicate, .zero: return min(max(index, 0), count - 1)
    case .reflect:
      let mirrored = index < 0 ? -index : index >= count ? 2 * (count - 1) - index : index
      return min(max(mirrored, 0), count - 1)
    }
  }

  /// Whether coordinate `index` is zero, whatever is read there.
  func isOutside(_ index: Int, count: Int) -> Bool { self == .zero && !(0..<count).contains(index) }
}
