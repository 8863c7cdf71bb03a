import CKernels
import Tensors

/// Transformed weights `G·g·Gᵀ`, packed `[panel][point][input phase][padded inputs][32]` (f32) or, in bf16, in pairs of
/// inputs `[…][padded inputs / 2][32][2]`.  Only points and phases at which there are weights are kept.
public struct WinogradWeights: Sendable {
  /// 32 output channels of one output phase.  Its points are a range of one array, so that a panel counts no
  /// references.
  struct Panel: Sendable {
    let outputPhase: Int
    /// First block of the output that it writes.
    let block: Int
    let halves: Int
    /// Elements of `points`: where there are weights, in order.
    let points: Range<Int>
  }

  /// One of the 36 products of a panel.
  struct Point: Sendable {
    let index: Int
    /// Input phases with weights here: the depth of the product is their padded channels.
    let phases: Range<Int>
    /// Elements of the packed weights before it.
    let offset: Int
  }

  let memory: AlignedMemory
  let panels: [Panel]
  /// Points of all panels, one panel after another.
  let points: [Point]
  /// Points at which a panel has no weights, by output phase.
  let absent: [[Int]]
  let form: WinogradForm
  let precision: ComputePrecision

  /// - Parameters:
  ///   - weights: `[outputs][inputs][3][3]`, or `[inputs][outputs][3][3]` of a transposed form.
  ///   - team: shares the panels.
  public init(
    weights: [Float], inputs: Int, outputs: Int, form: WinogradForm, precision: ComputePrecision, team: Team
  ) throws(OutOfMemory) {
    precondition(weights.count == outputs * inputs * 9)
    self.form = form
    self.precision = precision
    let width = PanelWeights.panelWidth
    let paddedInputs = BlockedShape(channels: inputs, height: 1, width: 1).paddedChannels
    let blocks = BlockedShape(channels: outputs, height: 1, width: 1).blocks
    var panels: [Panel] = []
    var points: [Point] = []
    var absent: [[Int]] = []
    var count = 0
    for phase in form.outputPhases.indices {
      for panel in 0..<(outputs + width - 1) / width {
        let first = points.count
        points += Self.points(form, outputPhase: phase, pointCount: paddedInputs * width, count: &count)
        panels.append(
          Panel(
            outputPhase: phase, block: 2 * panel, halves: halves(ofPanel: panel, blocks: blocks),
            points: first..<points.count))
      }
      let present = Set(points[panels.last!.points].map(\.index))
      absent.append((0..<Int(UG_POINTS)).filter { !present.contains($0) })
    }
    (self.panels, self.points, self.absent) = (panels, points, absent)
    memory = try AlignedMemory(byteCount: count * precision.byteWidth)
    let packer = WinogradPacker(form: form, inputs: inputs, outputs: outputs, precision: precision)
    let base = memory.base
    weights.withUnsafeBufferPointer { weights in
      team.forEach(panels.count) { index, _ in
        packer.pack(weights, panel: panels[index], points: points[panels[index].points], into: base)
      }
    }
  }

  /// Bytes of the packed weights.
  public var byteCount: Int { memory.byteCount }

  private static func points(
    _ form: WinogradForm, outputPhase: Int, pointCount: Int, count: inout Int
  ) -> [Point] {
    var points: [Point] = []
    for index in 0..<Int(UG_POINTS) {
      let phases = form.inputPhases.indices.filter {
        form.hasWeight(output: outputPhase, input: $0, point: index)
      }
      guard let first = phases.first, let last = phases.last else { continue }
      assert(last - first + 1 == phases.count, "the phases at a point must be neighbours")
      points.append(Point(index: index, phases: first..<last + 1, offset: count))
      count += phases.count * pointCount
    }
    return points
  }
}
