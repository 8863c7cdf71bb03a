import Tensors

/// How a 4×4 convolution reads: from a copy of its input with a mirrored border of one pixel,
/// `[block][row][column parity][column][depth]`.  Made once per plan.
///
/// At stride 2 the columns of either parity lie together, so that neighbouring outputs read neighbouring pixels at either
/// stride and every product is the same GEMM.
public struct PatchGeometry: Sendable {
  let input: BlockedShape
  let stride: Int
  /// Whether the input is the planes of an image, `[channels][H][W]`, instead of activations.
  let isImage: Bool
  /// Numbers of a pixel in a block of the copy, and blocks.
  let depth: Int
  let blocks: Int
  /// Where the sixteen taps of each block lie, seen from an output's first.
  private(set) var segments: [Int32] = []

  /// - Precondition: both sides of the input have at least two pixels, for one to be mirrored at.
  public init(input: BlockedShape, stride: Int, isImage: Bool) {
    precondition(stride == 1 || stride == 2)
    precondition(input.height >= 2 && input.width >= 2, "a border of one pixel is mirrored from the second")
    self.input = input
    self.stride = stride
    self.isImage = isImage
    depth = isImage ? input.channels : lanes
    blocks = isImage ? 1 : input.blocks
    segments = (0..<blocks * 16).map { Int32(offset(block: $0 / 16, row: $0 / 4 % 4, column: $0 % 4)) }
  }

  /// Columns of one parity in a padded row.
  private var columns: Int { (input.width + 2 + stride - 1) / stride }
  private var rowStride: Int { stride * columns * depth }
  var paddedRows: Int { input.height + 2 }

  /// Floats of the copy.
  public var stagingCount: Int { blocks * paddedRows * rowStride }

  /// Floats from where one row of the output reads to where the next does.
  var outputRowStride: Int { stride * rowStride }

  /// Where a pixel of the padded input lies.
  func offset(block: Int, row: Int, column: Int) -> Int {
    (block * paddedRows + row) * rowStride + (column % stride * columns + column / stride) * depth
  }

  /// The shape of what a 4×4 convolution with a border of one pixel makes of another.
  public static func output(of input: BlockedShape, channels: Int, stride: Int) -> BlockedShape {
    BlockedShape(
      channels: channels, height: (input.height - 2) / stride + 1, width: (input.width - 2) / stride + 1)
  }
}
