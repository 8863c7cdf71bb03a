import CKernels
import Tensors

/// Transformed weights `G·g·Gᵀ`, packed `[panel][point][padded inputs][32]` (f32) or, in bf16, in pairs of inputs
/// `[panel][point][padded inputs / 2][32][2]`.  A panel keeps only the points at which it has weights.
public struct WinogradWeights: Sendable {
  /// Which of the two 3×3 convolutions of the generator this is.
  public enum Kind: Sendable {
    /// Reflect-pad 1, 3×3, stride 1.
    case same
    /// Nearest ×2, reflect-pad 1, 3×3.  Each of the four output phases sees only 2×2 different inputs, so it is a
    /// 2×2 convolution of the small image; written as 3×3 with a zero row and column, it has no weight at the
    /// point 0 or ∞ of each axis: 25 products of 36, and all phases share one input transform.
    case subpixel

    var phases: Int { self == .same ? 1 : 4 }
  }

  /// One panel: 32 output channels of one phase.
  struct Panel: Sendable {
    let phase: Int
    /// First block of the output that it writes.
    let block: Int
    let halves: Int
    /// Points at which there are weights, in order.
    let points: [Int]
    /// Points at which there are none.
    let absent: [Int]
    /// Elements before it.
    let offset: Int
  }

  let memory: AlignedMemory
  let panels: [Panel]
  let kind: Kind
  let precision: Precision
  let inputs: BlockedShape
  let outputs: BlockedShape

  /// Bytes of the packed weights.
  public var byteCount: Int { memory.byteCount }

  /// Elements of one panel at one point.
  var pointCount: Int { inputs.paddedChannels * PanelWeights.panelWidth }

  /// - Parameters:
  ///   - weights: `[outputs][inputs][3][3]`.
  ///   - team: shares the panels.
  public init(
    weights: [Float], inputs: Int, outputs: Int, kind: Kind, precision: Precision, team: Team
  ) throws(OutOfMemory) {
    precondition(weights.count == outputs * inputs * 9)
    self.kind = kind
    self.precision = precision
    self.inputs = BlockedShape(channels: inputs, height: 1, width: 1)
    self.outputs = BlockedShape(channels: outputs, height: 1, width: 1)
    let width = PanelWeights.panelWidth
    let pointCount = self.inputs.paddedChannels * width
    var panels: [Panel] = []
    var offset = 0
    for phase in 0..<kind.phases {
      let points = Self.points(kind: kind, phase: phase)
      for panel in 0..<(outputs + width - 1) / width {
        panels.append(
          Panel(
            phase: phase, block: 2 * panel, halves: halves(ofPanel: panel, blocks: self.outputs.blocks),
            points: points, absent: (0..<Int(UG_POINTS)).filter { !points.contains($0) }, offset: offset))
        offset += points.count * pointCount
      }
    }
    self.panels = panels
    memory = try AlignedMemory(byteCount: offset * precision.byteWidth)
    let packer = WinogradPacker(inputs: inputs, outputs: outputs, precision: precision)
    let base = memory.base
    weights.withUnsafeBufferPointer { weights in
      team.forEach(panels.count) { index, _ in
        packer.pack(
          weights, panel: panels[index], kind: kind, into: base + panels[index].offset * precision.byteWidth)
      }
    }
  }

  private static func points(kind: Kind, phase: Int) -> [Int] {
    (0..<Int(UG_POINTS)).filter { point in
      switch kind {
      case .same: true
      // Phase 0 of an axis has no last tap, hence nothing at ∞; phase 1 no first tap, hence nothing at 0.
      case .subpixel: point / 6 != (phase / 2 == 0 ? 5 : 0) && point % 6 != (phase % 2 == 0 ? 5 : 0)
      }
    }
  }
}
