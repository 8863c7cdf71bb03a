import Tensors

/// A convolution with few taps, written as one or more 3×3 convolutions of stride 1 on a coarser grid, so that one
/// Winograd kernel serves all of them: a sum over the phases of its input, one result for each phase of its output.
///
/// Where the rewriting leaves a first or last tap zero, the transformed weights at the point 0 or ∞ are zero too, and
/// those products are left out.
public struct WinogradForm: Sendable, Hashable {
  /// One of the interleaved images that an image consists of: where in each step×step pixels it has its own.
  struct Phase: Sendable, Hashable {
    let row: Int
    let column: Int
  }

  /// How many times the input is enlarged, bilinearly, as it is read: 1 or 2.
  public let enlargement: Int
  /// Pixels of the input, enlarged if it is, and of the output, from one pixel of the grid to the next.
  public let inputStep: Int
  public let outputStep: Int
  /// In an order in which the phases that have weights at a point are neighbours, so that a product over them is one
  /// GEMM.
  let inputPhases: [Phase]
  let outputPhases: [Phase]
  /// Along either axis, `[row or column of the output phase][that of the input phase]`.
  let taps: [[AxisTaps]]
  /// What lies beyond the border of the grid.
  let border: Padding
  /// Whether the weights are `[inputs][outputs][3][3]`, as `ConvTranspose2d` has them, and each pixel of the input
  /// meets all taps.
  public let isTransposed: Bool

  init(
    enlargement: Int = 1, inputStep: Int = 1, outputStep: Int = 1, inputPhases: [Phase] = whole,
    outputPhases: [Phase] = whole, taps: [[AxisTaps]], border: Padding, isTransposed: Bool = false
  ) {
    self.enlargement = enlargement
    self.inputStep = inputStep
    self.outputStep = outputStep
    self.inputPhases = inputPhases
    self.outputPhases = outputPhases
    self.taps = taps
    self.border = border
    self.isTransposed = isTransposed
  }

  /// The same with something else beyond the border of the grid.
  public func bordered(by border: Padding) -> WinogradForm {
    WinogradForm(
      enlargement: enlargement, inputStep: inputStep, outputStep: outputStep, inputPhases: inputPhases,
      outputPhases: outputPhases, taps: taps, border: border, isTransposed: isTransposed)
  }

  /// Channels that weights of this shape read and write.
  public func channels(ofWeights shape: [Int]) -> (inputs: Int, outputs: Int) {
    isTransposed ? (shape[0], shape[1]) : (shape[1], shape[0])
  }

  /// The grid of the 3×3 convolutions of stride 1: the smaller of input, enlarged if it is, and output.
  func grid(of input: BlockedShape) -> (height: Int, width: Int) {
    (input.height * enlargement / inputStep, input.width * enlargement / inputStep)
  }

  /// Products for each tile of the grid, input and output channel.
  public var products: Int {
    var count = 0
    for output in outputPhases.indices {
      for input in inputPhases.indices {
        for point in 0..<36 where hasWeight(output: output, input: input, point: point) { count += 1 }
      }
    }
    return count
  }

  /// The same for all tiles of an image.
  public func products(of input: BlockedShape) -> Int {
    let grid = grid(of: input)
    return products * ((grid.height + 3) / 4) * ((grid.width + 3) / 4)
  }

  /// The image that the convolution makes of another.
  public func output(of input: BlockedShape, channels: Int) -> BlockedShape {
    let grid = grid(of: input)
    return BlockedShape(
      channels: channels, height: grid.height * outputStep, width: grid.width * outputStep)
  }

  /// The taps of both axes for one phase of the output and one of the input.
  func taps(output: Int, input: Int) -> (rows: AxisTaps, columns: AxisTaps) {
    let (output, input) = (outputPhases[output], inputPhases[input])
    return (taps[output.row][input.row], taps[output.column][input.column])
  }

  /// Whether the transformed kernel between two phases can differ from zero at one of the 36 points.
  func hasWeight(output: Int, input: Int, point: Int) -> Bool {
    let taps = taps(output: output, input: input)
    return taps.rows.hasWeight(atPoint: point / 6) && taps.columns.hasWeight(atPoint: point % 6)
  }
}

extension WinogradForm {
  /// Reflect-pad 1, 3×3, stride 1: 36 products for each tile, input and output channel.
  public static let same = WinogradForm(taps: [[.all]], border: .reflect)

  /// Nearest ×2, reflect-pad 1, 3×3.  Each of the four output phases sees only 2×2 different inputs: 4 × 25 products
  /// for four times the pixels.  Taps that fall on the same small pixel are added up, and the mirrored row of the
  /// enlarged image is the small one's border.
  public static let subpixel = WinogradForm(
    outputStep: 2, outputPhases: interleaved,
    taps: [[AxisTaps(ranges: [0..<1, 1..<3, 0..<0])], [AxisTaps(ranges: [0..<0, 0..<2, 2..<3])]],
    border: .replicate)

  /// Reflect-pad 1, 3×3, stride 2.  Output y reads rows 2y−1, 2y and 2y+1: an even row by its middle tap, the odd ones
  /// around it by the outer taps, so the four input phases add up 25 + 20 + 20 + 16 products.  The mirrored row −1 is
  /// the odd row 1, which is the grid's own first odd row: `replicate`.
  public static let strided = WinogradForm(
    inputStep: 2,
    inputPhases: [
      Phase(row: 1, column: 0), Phase(row: 1, column: 1), Phase(row: 0, column: 1), Phase(row: 0, column: 0),
    ],
    taps: [[AxisTaps(ranges: [0..<0, 1..<2, 0..<0]), AxisTaps(ranges: [0..<1, 2..<3, 0..<0])]],
    border: .replicate)

  /// `ConvTranspose2d` of kernel 3, stride 2, padding 1 and output padding 1.  An even row of the output is the row of
  /// the input by the middle tap, an odd one that row by the last tap and the next row, or zeros, by the first: 4 × 4,
  /// twice 4 × 5 and 5 × 5 products for four times the pixels.
  public static let transposed = WinogradForm(
    outputStep: 2, outputPhases: interleaved,
    taps: [[AxisTaps(ranges: [0..<0, 1..<2, 0..<0])], [AxisTaps(ranges: [0..<0, 2..<3, 0..<1])]],
    border: .zero, isTransposed: true)

  /// Bilinear ×2 (half-pixel centres, the border repeated), zero-pad 1, 3×3.  A tile of the enlarged image lies
  /// between 4×4 pixels, which are read instead of 36.
  public static let enlarged = WinogradForm(enlargement: 2, taps: [[.all]], border: .zero)

  /// The phases of an image that is not interleaved.
  private static let whole = [Phase(row: 0, column: 0)]
  /// Those of one that is, in steps of two.
  private static let interleaved = [
    Phase(row: 0, column: 0), Phase(row: 0, column: 1), Phase(row: 1, column: 0), Phase(row: 1, column: 1),
  ]
}

/// One axis of a 3-tap kernel: which of the original taps read the grid's pixels −1, 0 and 1.
struct AxisTaps: Sendable, Hashable {
  let ranges: [Range<Int>]

  /// Each its own.
  static let all = AxisTaps(ranges: [0..<1, 1..<2, 2..<3])

  /// Whether the transformed kernel can differ from zero at one of the six points.
  func hasWeight(atPoint point: Int) -> Bool {
    switch point {
    case 0: !ranges[0].isEmpty
    case 5: !ranges[2].isEmpty
    default: true
    }
  }
}
