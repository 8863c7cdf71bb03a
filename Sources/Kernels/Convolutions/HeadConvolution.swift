import CKernels
import Tensors

/// The last layer: reflect-pad 3, 7×7 convolution to 3 planes, with a bias or without, tanh.
///
/// Three output channels would leave 13 of 16 lanes empty, so here the lanes run along the row: a band of rows is
/// normalised and transposed to planes, sixteen channels at a time, and the band's sums stay in L1 or L2 meanwhile.
public struct HeadConvolution: Sendable {
  let weights: AlignedMemory
  let bias: [Float]
  let instructionSet: InstructionSet

  private static let rowsPerUnit = 16
  private static let bandRows = rowsPerUnit + 6
  private static let kernelCount = 49 * 3

  /// - Parameters:
  ///   - weights: `[3][inputs][7][7]`.
  ///   - bias: of each plane.
  public init(
    weights: [Float], bias: [Float] = [0, 0, 0], inputs: Int, instructionSet: InstructionSet
  ) throws(OutOfMemory) {
    precondition(weights.count == 3 * inputs * 49 && bias.count == 3)
    let padded = BlockedShape(channels: inputs, height: 1, width: 1).paddedChannels
    self.weights = try AlignedMemory(byteCount: padded * Self.kernelCount * 4)
    for channel in 0..<inputs {
      for tap in 0..<49 {
        for plane in 0..<3 {
          self.weights.floats[(channel * 49 + tap) * 3 + plane] =
            weights[(plane * inputs + channel) * 49 + tap]
        }
      }
    }
    self.bias = bias
    self.instructionSet = instructionSet
  }

  /// Columns of a staged row: whole vectors, and the six that the last taps read beyond.
  private static func stagedWidth(_ width: Int) -> Int { (width + lanes - 1) / lanes * lanes + lanes }
  private static func outWidth(_ width: Int) -> Int { (width + lanes - 1) / lanes * lanes }

  /// Floats of scratch for each worker.
  public static func scratchCount(width: Int) -> Int {
    lanes * bandRows * stagedWidth(width) + 3 * rowsPerUnit * outWidth(width)
  }

  /// - Parameter image: `[3][H][W]`, values in −1…1.
  public func run(
    _ x: BlockedTensor, _ affine: Affine, into image: UnsafeMutablePointer<Float>,
    scratch: (_ worker: Int) -> UnsafeMutablePointer<Float>, team: Team
  ) {
    let shape = x.shape
    let table = instructionSet.kernels.pointee
    let staged = Self.stagedWidth(shape.width)
    let outWidth = Self.outWidth(shape.width)
    team.forEach((shape.height + Self.rowsPerUnit - 1) / Self.rowsPerUnit) { unit, worker in
      let rows = unit * Self.rowsPerUnit..<min((unit + 1) * Self.rowsPerUnit, shape.height)
      let planes = scratch(worker)
      let sums = planes + lanes * Self.bandRows * staged
      for plane in 0..<3 {
        (sums + plane * Self.rowsPerUnit * outWidth).update(
          repeating: bias[plane], count: Self.rowsPerUnit * outWidth)
      }
      for block in 0..<shape.blocks {
        stage(x, affine, block: block, firstRow: rows.lowerBound - 3, count: rows.count + 6, into: planes)
        for row in 0..<rows.count {
          table.head(
            planes + row * staged, Self.bandRows * staged, staged, lanes,
            weights.floats + block * lanes * Self.kernelCount, sums + row * outWidth,
            Self.rowsPerUnit * outWidth, shape.width)
        }
      }
      for plane in 0..<3 {
        for row in 0..<rows.count {
          table.tanh(
            sums + (plane * Self.rowsPerUnit + row) * outWidth,
            image + plane * shape.pixels + (rows.lowerBound + row) * shape.width, shape.width)
        }
      }
    }
  }

  private func stage(
    _ x: BlockedTensor, _ affine: Affine, block: Int, firstRow: Int, count: Int,
    into planes: UnsafeMutablePointer<Float>
  ) {
    let width = x.shape.width
    let staged = Self.stagedWidth(width)
    let kernel = instructionSet.kernels.pointee.affine_to_planes!
    for row in 0..<count {
      let source = Padding.reflect.resolve(firstRow + row, count: x.shape.height)
      let target = planes + row * staged
      kernel(
        x.block(block) + source * x.shape.rowStride, affine.block(block), target + 3, Self.bandRows * staged,
        width)
      for lane in 0..<lanes {
        let line = target + lane * Self.bandRows * staged
        for pad in 0..<3 {
          line[2 - pad] = line[4 + pad]
          line[width + 3 + pad] = line[width + 1 - pad]
        }
      }
    }
  }
}
