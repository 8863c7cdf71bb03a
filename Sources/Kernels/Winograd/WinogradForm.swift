/// The 3×3 convolutions of the generator, each written as one or more 3×3 convolutions of stride 1 on a coarser grid
/// so that one Winograd kernel serves all of them.
///
/// Where the rewriting leaves a first or last tap zero, the transformed weights at the point 0 or ∞ are zero too, and
/// those products are left out.
public enum WinogradForm: Sendable {
  /// Reflect-pad 1, 3×3, stride 1: 36 products for each tile, input and output channel.
  case same
  /// Nearest ×2, reflect-pad 1, 3×3.  Each of the four output phases sees only 2×2 different inputs: 4 × 25 products
  /// for four times the pixels.
  case subpixel
  /// Reflect-pad 1, 3×3, stride 2.  Even rows of the input meet the middle tap only, odd rows the outer two, so the
  /// four input phases add up 25 + 20 + 20 + 16 products.
  case strided

  /// Interleaved images that the output consists of.
  var outputPhases: Int { self == .subpixel ? 4 : 1 }
  /// Interleaved images that the input consists of.
  var inputPhases: Int { self == .strided ? 4 : 1 }

  /// Products for each tile of the grid, input and output channel.
  public var products: Int {
    switch self {
    case .same: 36
    case .subpixel: 100
    case .strided: 81
    }
  }

  /// Row and column of an input phase among each 2×2 pixels.  In this order the phases that have weights at a point
  /// are neighbours, so that a product over them is one GEMM.
  static func inputPhase(_ phase: Int) -> (row: Int, column: Int) {
    [(1, 0), (1, 1), (0, 1), (0, 0)][phase]
  }

  /// The taps of both axes for one phase of the output and one of the input.
  func taps(output: Int, input: Int) -> (rows: AxisTaps, columns: AxisTaps) {
    switch self {
    case .same: (.plain, .plain)
    case .subpixel: (.enlarged(phase: output / 2), .enlarged(phase: output % 2))
    case .strided:
      (.shrunk(phase: Self.inputPhase(input).row), .shrunk(phase: Self.inputPhase(input).column))
    }
  }
}

/// One axis of a 3-tap kernel: which of the original taps read the grid's pixels −1, 0 and 1.
struct AxisTaps: Sendable {
  let ranges: [Range<Int>]

  static let plain = AxisTaps(ranges: [0..<1, 1..<2, 2..<3])

  /// Taps on the image enlarged by nearest ×2 that fall on the same small pixel are added up.
  static func enlarged(phase: Int) -> AxisTaps {
    AxisTaps(ranges: phase == 0 ? [0..<1, 1..<3, 0..<0] : [0..<0, 0..<2, 2..<3])
  }

  /// Output y of stride 2 reads rows 2y−1, 2y and 2y+1: an even row by its middle tap, the odd ones around it by
  /// the outer taps.
  static func shrunk(phase: Int) -> AxisTaps {
    AxisTaps(ranges: phase == 0 ? [0..<0, 1..<2, 0..<0] : [0..<1, 2..<3, 0..<0])
  }

  /// Whether the transformed kernel can differ from zero at one of the six points.
  func hasWeight(atPoint point: Int) -> Bool {
    switch point {
    case 0: !ranges[0].isEmpty
    case 5: !ranges[2].isEmpty
    default: true
    }
  }
}
