/// How part of a picture becomes one of another size: across first, then down, with 8 bit samples in between.
struct Resampling: Sendable {
  let across: AxisWeights
  let down: AxisWeights
  /// Pixels in each direction that are one already when the rows come.
  let reduction: Int

  var width: Int { across.count }
  var height: Int { down.count }

  /// Bytes of the rows that are kept.
  func windowBytes(channels: Int) -> Int { down.longest * width * channels }

  /// How many times the size of the output a reduced picture has at least, so that it does not show that it was reduced.
  ///
  /// A decoder averages over squares, and within a square the filter's weights differ: a hard edge that cuts a square is off
  /// by up to 255 / (8 * margin²), twice that where edges meet.  On photographs a margin of 3 would keep every sample within
  /// 1 of 255 of what the whole picture gives at a reduction of 2, one of 8 at any; these keep hard edges within 3
  /// (Tests/ImagesTests/Fixtures/check_reduction.py).  At the first, 12 megapixels are reduced for 256 x 256.
  private static func margin(_ reduction: Int) -> Double { reduction == 2 ? 5.8 : 8 }

  /// - Parameters:
  ///   - part: of the picture.
  ///   - size: the picture's.
  ///   - reductions: those that a decoder can do, the strongest first.
  init(
    of part: Rectangle, in size: (width: Int, height: Int), to width: Int, _ height: Int,
    filter: ResamplingFilter, reductions: [Int] = []
  ) {
    // A square that the part's edge cuts would bring in what is not part of it.
    func keepsEdges(_ reduction: Int) -> Bool {
      part.x % reduction == 0 && part.y % reduction == 0
        && ((part.x + part.width) % reduction == 0 || part.x + part.width == size.width)
        && ((part.y + part.height) % reduction == 0 || part.y + part.height == size.height)
    }
    func keepsMargin(_ reduction: Int) -> Bool {
      let least = Self.margin(reduction) * Double(reduction)
      return Double(part.width) >= least * Double(width) && Double(part.height) >= least * Double(height)
    }
    reduction = reductions.first { keepsMargin($0) && keepsEdges($0) } ?? 1
    across = AxisWeights(
      of: part.x..<part.x + part.width, to: width, filter: filter, reduction: reduction)
    down = AxisWeights(
      of: part.y..<part.y + part.height, to: height, filter: filter, reduction: reduction)
  }
}
