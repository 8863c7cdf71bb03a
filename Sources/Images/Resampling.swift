/// The weights with which one axis of a picture is resampled, as Pillow's BILINEAR filter chooses them: a
/// triangle around each output sample's centre, as wide as one input sample on each side, or, when the axis
/// shrinks, as one output sample, which is what keeps fine patterns from aliasing.
struct Resampling {
  /// Binary places of the weights: 8 bit samples times weights that sum to one fit 32 bits with sign.
  private static let precision: Int32 = 22

  /// What a sum of weighted samples starts with, so that dropping the binary places rounds.
  static let half: Int32 = 1 << (precision - 1)

  /// The sample that a sum comes to.  Clamped because thousands of rounded weights may sum to more than one.
  static func sample(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> precision) }

  /// For each output sample the first input sample that it is made of, and how many there are.
  let windows: [(start: Int, count: Int)]
  /// Weights of all windows, `stride` apart.
  let weights: [Int32]
  let stride: Int

  init(from input: Int, to output: Int) {
    let scale = Double(input) / Double(output)
    let support = max(scale, 1)
    stride = 2 * max((input + output - 1) / output, 1) + 1
    var windows: [(start: Int, count: Int)] = []
    windows.reserveCapacity(output)
    var weights = [Int32](repeating: 0, count: output * stride)
    var window = [Double](repeating: 0, count: stride)
    for i in 0..<output {
      let centre = (Double(i) + 0.5) * scale
      let start = Int(max(centre - support + 0.5, 0))
      let count = Int(min(centre + support + 0.5, Double(input))) - start
      var sum = 0.0
      for j in 0..<count {
        window[j] = max(1 - abs((Double(start + j) - centre + 0.5) / support), 0)
        sum += window[j]
      }
      for j in 0..<count {
        weights[i * stride + j] = Int32(window[j] / sum * Double(1 << Self.precision) + 0.5)
      }
      windows.append((start, count))
    }
    self.windows = windows
    self.weights = weights
  }
}
