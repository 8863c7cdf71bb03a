import CKernels
import Tensors

/// 1×1 convolution with bias and LeakyReLU, or ReLU.
public struct PointwiseConvolution: Sendable {
  let weights: PanelWeights
  let bias: AlignedMemory
  let slope: Float
  let inputs: Int
  let outputs: Int
  let instructionSet: InstructionSet

  /// Pixels of one unit of work.
  private static let chunk = 128

  /// - Parameters:
  ///   - weights: `[outputs][inputs]`.
  ///   - bias: `[outputs]`.
  ///   - slope: what negative numbers are multiplied by; 0 for a ReLU.
  public init(
    weights: [Float], bias: [Float], slope: Float = 0, inputs: Int, outputs: Int,
    instructionSet: InstructionSet
  ) throws(OutOfMemory) {
    precondition(weights.count == inputs * outputs && bias.count == outputs)
    let padded = BlockedShape(channels: inputs, height: 1, width: 1).paddedChannels
    self.weights = try PanelWeights(outputs: outputs, depth: padded) { output, k in
      k < inputs ? weights[output * inputs + k] : 0
    }
    let paddedOutputs = BlockedShape(channels: outputs, height: 1, width: 1).paddedChannels
    self.bias = try AlignedMemory(byteCount: paddedOutputs * 4)
    self.bias.floats.update(from: bias, count: outputs)
    self.slope = slope
    self.inputs = inputs
    self.outputs = outputs
    self.instructionSet = instructionSet
  }

  /// Rows that `moments` must have for an image of this many pixels.
  public static func units(pixels: Int) -> Int { (pixels + chunk - 1) / chunk }

  /// `y = max(v, slope·v)`, `v = W·x + bias`, and the channel sums of y into `moments`.
  public func run(_ x: BlockedTensor, into y: BlockedTensor, moments: ChannelMoments, team: Team) {
    let table = instructionSet.kernels.pointee
    let offsets = (0..<x.shape.blocks).map { Int32($0 * x.shape.blockStride) }
    offsets.withUnsafeBufferPointer { offsets in
      let segments = ug_segments(
        offsets: offsets.baseAddress, segments: offsets.count, length: lanes, row_stride: lanes)
      team.forEach(Self.units(pixels: x.shape.pixels)) { unit, _ in
        let first = unit * Self.chunk
        let count = min(Self.chunk, x.shape.pixels - first)
        moments.clear(unit: unit)
        for panel in 0..<weights.panels {
          let halves = halves(ofPanel: panel, blocks: y.shape.blocks)
          let out = ug_panel_out(
            c: y.block(2 * panel) + first * lanes, row_stride: lanes, half_stride: y.shape.blockStride,
            halves: halves)
          table.gemm(x.base + first * lanes, segments, weights.panel(panel), out, count)
          for block in 2 * panel..<2 * panel + halves {
            let pixels = y.block(block) + first * lanes
            table.leaky(pixels, bias.floats + block * lanes, slope, count)
            table.moments(pixels, count, moments.block(block, unit: unit))
          }
        }
      }
    }
  }
}
