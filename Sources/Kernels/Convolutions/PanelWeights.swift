import CKernels
import Tensors

/// Weights of a GEMM in panels of 32 output channels, `[panel][K][32]`; channels past the last are zero.
///
/// K runs as the operator's segments do: over taps, and within a tap over padded input channels.
public struct PanelWeights: Sendable {
  static let panelWidth = Int(UG_PANEL)

  let memory: AlignedMemory
  /// Depth of the product, K.
  let depth: Int
  let panels: Int

  /// - Parameters:
  ///   - outputs: channels written.
  ///   - depth: K.
  ///   - value: weight of an output channel at a depth below `depth`.
  init(outputs: Int, depth: Int, value: (_ output: Int, _ k: Int) -> Float) throws(OutOfMemory) {
    panels = (outputs + Self.panelWidth - 1) / Self.panelWidth
    self.depth = depth
    memory = try AlignedMemory(byteCount: panels * depth * Self.panelWidth * 4)
    for output in 0..<outputs {
      let column =
        memory.floats + output / Self.panelWidth * depth * Self.panelWidth + output % Self.panelWidth
      for k in 0..<depth { column[k * Self.panelWidth] = value(output, k) }
    }
  }

  func panel(_ index: Int) -> UnsafePointer<Float> {
    UnsafePointer(memory.floats + index * depth * Self.panelWidth)
  }
}

/// Blocks of the output that a panel covers: two, or one where the last panel is half empty.
func halves(ofPanel panel: Int, blocks: Int) -> Int { min(2, blocks - 2 * panel) }
