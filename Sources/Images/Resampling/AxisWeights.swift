/// The weights with which one axis of a picture is resampled, as Pillow chooses them: the filter around each output
/// sample's centre, as wide as the filter says in input samples, or, when the axis shrinks, in output samples, which is
/// what keeps fine patterns from aliasing.
struct AxisWeights: Sendable {
  /// Binary places of the weights: 8 bit samples times weights that sum to one fit 32 bits with sign.
  static let precision = 22

  /// For each output sample the first input sample that it is made of, and how many there are.
  private(set) var starts: [Int32] = []
  private(set) var counts: [Int32] = []
  /// Weights of all windows, `stride` apart, and zeros behind each up to a multiple of four.
  private(set) var weights: [Int32]
  let stride: Int

  var count: Int { starts.count }
  var longest: Int { Int(counts.max() ?? 0) }

  /// - Parameters:
  ///   - source: the samples that are there, before any reduction.
  ///   - reduction: so many of them have become one: it gets the sum of their weights.
  init(of source: Range<Int>, to output: Int, filter: ResamplingFilter, reduction: Int = 1) {
    let scale = Double(source.count) / Double(output)
    let step = max(scale, 1)
    let support = filter.support * step
    let widest = Int(support.rounded(.up)) * 2 + 1
    stride = ((widest + reduction - 1) / reduction + 1 + 3) & ~3
    weights = [Int32](repeating: 0, count: output * stride)
    starts.reserveCapacity(output)
    counts.reserveCapacity(output)
    var window = [Double](repeating: 0, count: widest)
    for i in 0..<output {
      let centre = (Double(i) + 0.5) * scale
      let start = Int(max(centre - support + 0.5, 0))
      let count = Int(min(centre + support + 0.5, Double(source.count))) - start
      var sum = 0.0
      for j in 0..<count {
        window[j] = filter.weight(at: (Double(start + j) - centre + 0.5) / step)
        sum += window[j]
      }
      let first = (source.lowerBound + start) / reduction
      var reduced = 0
      var j = 0
      while j < count {
        let end = min((first + reduced + 1) * reduction - source.lowerBound - start, count)
        var weight = 0.0
        while j < end {
          weight += window[j]
          j += 1
        }
        let scaled = weight / sum * Double(1 << Self.precision)
        // Halves away from zero, as Pillow rounds them.
        weights[i * stride + reduced] = Int32(scaled + (scaled < 0 ? -0.5 : 0.5))
        reduced += 1
      }
      starts.append(Int32(first))
      counts.append(Int32(reduced))
    }
  }
}
