import CKernels
import Tensors

/// The layer of a discriminator that looks at patches: reflect-pad 1, 4×4 convolution of stride 1 or 2, bias, LeakyReLU.
///
/// It is one GEMM for each row of the output and panel of 32 channels, whose segments are the taps.  As a Winograd
/// convolution it would do 100 products for 256, with 100 numbers for the 16 of each kernel: the last layer of a global
/// discriminator, 34 million weights for 49 pixels, would hold 840 MB instead of 134.
public struct PatchConvolution: Sendable {
  let weights: PanelWeights
  let bias: AlignedMemory
  let slope: Float
  let inputs: Int
  let isImage: Bool
  let stride: Int
  let instructionSet: InstructionSet

  private static let taps = 16
  private static let rowsPerUnit = 8

  /// - Parameters:
  ///   - weights: `[outputs][inputs][4][4]`.
  ///   - bias: `[outputs]`.
  ///   - slope: what negative numbers are multiplied by; 1 to leave them.
  ///   - isImage: whether it reads the planes of an image, not activations.
  public init(
    weights: [Float], bias: [Float], slope: Float, inputs: Int, outputs: Int, stride: Int, isImage: Bool,
    instructionSet: InstructionSet
  ) throws(OutOfMemory) {
    precondition(weights.count == outputs * inputs * Self.taps && bias.count == outputs)
    let depth = isImage ? inputs : lanes
    let blocks = (inputs + depth - 1) / depth
    self.weights = try PanelWeights(outputs: outputs, depth: blocks * Self.taps * depth) { output, k in
      // k runs over block, tap, channel of the block.
      let channel = k / (Self.taps * depth) * depth + k % depth
      return channel < inputs ? weights[(output * inputs + channel) * Self.taps + k / depth % Self.taps] : 0
    }
    self.bias = try AlignedMemory(
      byteCount: BlockedShape(channels: outputs, height: 1, width: 1).paddedChannels * 4)
    self.bias.floats.update(from: bias, count: outputs)
    self.slope = slope
    self.inputs = inputs
    self.isImage = isImage
    self.stride = stride
    self.instructionSet = instructionSet
  }

  /// `y = max(v, slope·v)`, `v = W∗image + bias`.
  ///
  /// - Parameters:
  ///   - image: `[inputs][H][W]`.
  ///   - staging: `geometry.stagingCount` floats.
  public func run(
    image: UnsafePointer<Float>, geometry: PatchGeometry, staging: UnsafeMutablePointer<Float>,
    into y: BlockedTensor, team: Team
  ) {
    precondition(isImage && geometry.isImage)
    let plane = geometry.input.pixels
    stage(geometry, into: staging, team: team) { _, pixel, target in
      for channel in 0..<geometry.depth { target[channel] = image[channel * plane + pixel] }
    }
    multiply(staging, geometry, into: y, team: team)
  }

  /// The same of activations.
  public func run(
    _ x: BlockedTensor, geometry: PatchGeometry, staging: UnsafeMutablePointer<Float>, into y: BlockedTensor,
    team: Team
  ) {
    precondition(!isImage && !geometry.isImage && x.shape == geometry.input)
    stage(geometry, into: staging, team: team) { block, pixel, target in
      target.update(from: x.block(block) + pixel * lanes, count: lanes)
    }
    multiply(staging, geometry, into: y, team: team)
  }

  private func stage(
    _ geometry: PatchGeometry, into staging: UnsafeMutablePointer<Float>, team: Team,
    _ copy: (_ block: Int, _ pixel: Int, _ target: UnsafeMutablePointer<Float>) -> Void
  ) {
    let shape = geometry.input
    team.forEach(geometry.blocks * geometry.paddedRows) { unit, _ in
      let (block, row) = (unit / geometry.paddedRows, unit % geometry.paddedRows)
      let source = Padding.reflect.resolve(row - 1, count: shape.height) * shape.width
      for column in 0..<shape.width + 2 {
        copy(
          block, source + Padding.reflect.resolve(column - 1, count: shape.width),
          staging + geometry.offset(block: block, row: row, column: column))
      }
    }
  }

  private func multiply(
    _ staging: UnsafePointer<Float>, _ geometry: PatchGeometry, into y: BlockedTensor, team: Team
  ) {
    precondition(geometry.stride == stride && geometry.input.channels == inputs)
    let table = instructionSet.kernels.pointee
    let shape = y.shape
    // A panel may be megabytes, and the rows few: each is read once for a unit's rows.
    let bands = (shape.height + Self.rowsPerUnit - 1) / Self.rowsPerUnit
    geometry.segments.withUnsafeBufferPointer { offsets in
      let segments = ug_segments(
        offsets: offsets.baseAddress, segments: offsets.count, length: geometry.depth,
        row_stride: geometry.depth)
      team.forEach(weights.panels * bands) { unit, _ in
        let (panel, band) = (unit / bands, unit % bands)
        let halves = halves(ofPanel: panel, blocks: shape.blocks)
        for row in band * Self.rowsPerUnit..<min((band + 1) * Self.rowsPerUnit, shape.height) {
          let out = ug_panel_out(
            c: y.block(2 * panel) + row * shape.rowStride, row_stride: lanes, half_stride: shape.blockStride,
            halves: halves)
          table.gemm(
            staging + row * geometry.outputRowStride, segments, weights.panel(panel), out, shape.width)
          for block in 2 * panel..<2 * panel + halves {
            table.leaky(
              y.block(block) + row * shape.rowStride, bias.floats + block * lanes, slope, shape.width)
          }
        }
      }
    }
  }
}
