import CKernels
import Tensors

/// Reflect-pad 1, 3×3 convolution with stride 2: the two layers that shrink the image.
///
/// A band of input rows is normalised into a scratch with its padding, which stays in L2; there every tap of every
/// channel block is a segment of one GEMM whose rows are two pixels apart.
public struct StridedConvolution: Sendable {
  let weights: PanelWeights
  let instructionSet: InstructionSet

  private static let rowsPerUnit = 4
  private static let inputRows = 2 * rowsPerUnit + 1

  /// - Parameter weights: `[outputs][inputs][3][3]`.
  public init(weights: [Float], inputs: Int, outputs: Int, instructionSet: InstructionSet) throws(OutOfMemory)
  {
    precondition(weights.count == outputs * inputs * 9)
    let padded = BlockedShape(channels: inputs, height: 1, width: 1).paddedChannels
    self.weights = try PanelWeights(outputs: outputs, depth: 9 * padded) { output, k in
      let channel = k % padded
      return channel < inputs ? weights[(output * inputs + channel) * 9 + k / padded] : 0
    }
    self.instructionSet = instructionSet
  }

  /// Rows that `moments` must have, for the output's height.
  public static func units(height: Int) -> Int { (height + rowsPerUnit - 1) / rowsPerUnit }
  /// Floats of scratch for each worker.
  public static func scratchCount(input: BlockedShape) -> Int {
    input.blocks * inputRows * (input.width + 1) * lanes
  }

  /// - Parameter scratch: the area of worker i, `scratchCount` floats.
  public func run(
    _ x: BlockedTensor, _ affine: Affine, into y: BlockedTensor, moments: ChannelMoments,
    scratch: (_ worker: Int) -> UnsafeMutablePointer<Float>, team: Team
  ) {
    let table = instructionSet.kernels.pointee
    let shape = y.shape
    let rowStride = (x.shape.width + 1) * lanes
    let offsets = (0..<9 * x.shape.blocks).map { segment -> Int32 in
      let tap = segment / x.shape.blocks
      let block = segment % x.shape.blocks
      return Int32((block * Self.inputRows + tap / 3) * rowStride + tap % 3 * lanes)
    }
    offsets.withUnsafeBufferPointer { offsets in
      let segments = ug_segments(
        offsets: offsets.baseAddress, segments: offsets.count, length: lanes, row_stride: 2 * lanes)
      team.forEach(Self.units(height: shape.height)) { unit, worker in
        let rows = unit * Self.rowsPerUnit..<min((unit + 1) * Self.rowsPerUnit, shape.height)
        let band = scratch(worker)
        stage(x, affine, firstRow: 2 * rows.lowerBound - 1, count: 2 * rows.count + 1, into: band)
        moments.clear(unit: unit)
        for panel in 0..<weights.panels {
          let halves = halves(ofPanel: panel, blocks: shape.blocks)
          for row in rows {
            let out = ug_panel_out(
              c: y.block(2 * panel) + row * shape.rowStride, row_stride: lanes,
              half_stride: shape.blockStride,
              halves: halves)
            let source = band + 2 * (row - rows.lowerBound) * rowStride
            table.gemm(source, segments, weights.panel(panel), out, shape.width)
            for block in 2 * panel..<2 * panel + halves {
              table.moments(
                y.block(block) + row * shape.rowStride, shape.width, moments.block(block, unit: unit))
            }
          }
        }
      }
    }
  }

  /// Copies rows with one column of padding on the left; an even width needs none on the right.
  private func stage(
    _ x: BlockedTensor, _ affine: Affine, firstRow: Int, count: Int, into band: UnsafeMutablePointer<Float>
  ) {
    let rowStride = (x.shape.width + 1) * lanes
    let kernel = instructionSet.kernels.pointee.affine!
    for block in 0..<x.shape.blocks {
      for row in 0..<count {
        let source = Padding.reflect.resolve(firstRow + row, count: x.shape.height)
        let target = band + (block * Self.inputRows + row) * rowStride
        kernel(
          x.block(block) + source * x.shape.rowStride, affine.block(block), nil, target + lanes, x.shape.width
        )
        target.update(from: target + 2 * lanes, count: lanes)
      }
    }
  }
}
