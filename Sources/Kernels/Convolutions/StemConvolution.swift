import CKernels
import Tensors

/// The first layer: reflect-pad 3, 7×7 convolution of 3 planes, stride 1.
///
/// The image is copied once into rows of interleaved pixels with its padding, `[H+6][W+6][3]`.  There the 21 inputs
/// of a kernel row are contiguous, so the convolution is a GEMM of depth 7 segments × 21 whose rows are 3 apart:
/// no im2col.
public struct StemConvolution: Sendable {
  let weights: PanelWeights
  let instructionSet: InstructionSet

  private static let kernel = 7
  private static let planes = 3
  private static let rowsPerUnit = 4

  /// - Parameter weights: `[outputs][3][7][7]`.
  public init(weights: [Float], outputs: Int, instructionSet: InstructionSet) throws(OutOfMemory) {
    precondition(weights.count == outputs * 147)
    self.weights = try PanelWeights(outputs: outputs, depth: 147) { output, k in
      // k runs over kernel row, kernel column, plane.
      weights[output * 147 + k % 3 * 49 + k / 21 * 7 + k / 3 % 7]
    }
    self.instructionSet = instructionSet
  }

  /// Rows that `moments` must have.
  public static func units(height: Int) -> Int { (height + rowsPerUnit - 1) / rowsPerUnit }
  /// Floats of the padded copy of an image.
  public static func stagingCount(height: Int, width: Int) -> Int { (height + 6) * (width + 6) * planes }

  /// - Parameters:
  ///   - image: `[3][H][W]`.
  ///   - staging: `stagingCount` floats.
  public func run(
    _ image: UnsafePointer<Float>, staging: UnsafeMutablePointer<Float>, into y: BlockedTensor,
    moments: ChannelMoments, team: Team
  ) {
    let shape = y.shape
    let stagingStride = (shape.width + 6) * Self.planes
    stage(image, into: staging, shape: shape, team: team)
    let table = instructionSet.kernels.pointee
    let offsets = (0..<Self.kernel).map { Int32($0 * stagingStride) }
    offsets.withUnsafeBufferPointer { offsets in
      let segments = ug_segments(
        offsets: offsets.baseAddress, segments: Self.kernel, length: Self.kernel * Self.planes,
        row_stride: Self.planes)
      team.forEach(Self.units(height: shape.height)) { unit, _ in
        moments.clear(unit: unit)
        let rows = unit * Self.rowsPerUnit..<min((unit + 1) * Self.rowsPerUnit, shape.height)
        for panel in 0..<weights.panels {
          let halves = halves(ofPanel: panel, blocks: shape.blocks)
          for row in rows {
            let out = ug_panel_out(
              c: y.block(2 * panel) + row * shape.rowStride, row_stride: lanes,
              half_stride: shape.blockStride,
              halves: halves)
            table.gemm(staging + row * stagingStride, segments, weights.panel(panel), out, shape.width)
            for block in 2 * panel..<2 * panel + halves {
              table.moments(
                y.block(block) + row * shape.rowStride, shape.width, moments.block(block, unit: unit))
            }
          }
        }
      }
    }
  }

  private func stage(
    _ image: UnsafePointer<Float>, into staging: UnsafeMutablePointer<Float>, shape: BlockedShape, team: Team
  ) {
    team.forEach(shape.height + 6) { row, _ in
      let source = Padding.reflect.resolve(row - 3, count: shape.height) * shape.width
      var target = staging + row * (shape.width + 6) * Self.planes
      for column in -3..<shape.width + 3 {
        let pixel = source + Padding.reflect.resolve(column, count: shape.width)
        for plane in 0..<Self.planes { target[plane] = image[plane * shape.pixels + pixel] }
        target += Self.planes
      }
    }
  }
}
