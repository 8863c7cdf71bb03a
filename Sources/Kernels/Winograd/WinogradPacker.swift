import CKernels
import Tensors

/// Transforms and packs the weights of one panel.
struct WinogradPacker {
  let inputs: Int
  let outputs: Int
  let precision: Precision

  /// Writes every point of a panel; the memory is zeroed.
  func pack(
    _ weights: UnsafeBufferPointer<Float>, panel: WinogradWeights.Panel, kind: WinogradWeights.Kind,
    into target: UnsafeMutableRawPointer
  ) {
    let width = PanelWeights.panelWidth
    let first = panel.block * lanes
    let count = min(width, outputs - first)
    let paddedInputs = (inputs + lanes - 1) / lanes * lanes
    var kernels = [Float](repeating: 0, count: width * 9)
    var transformed = [Float](repeating: 0, count: Int(UG_POINTS) * width)
    for input in 0..<inputs {
      for output in 0..<count {
        let source = weights.baseAddress! + ((first + output) * inputs + input) * 9
        switch kind {
        case .same: for tap in 0..<9 { kernels[output * 9 + tap] = source[tap] }
        case .subpixel: subpixel(source, phase: panel.phase, into: &kernels, at: output * 9)
        }
      }
      ug_winograd_weights(kernels, 9, count, precision == .bf16 ? 1 : 0, &transformed, width, 1)
      for (slot, point) in panel.points.enumerated() {
        for output in 0..<count {
          let value = transformed[point * width + output]
          switch precision {
          case .f32:
            target.assumingMemoryBound(to: Float.self)[(slot * paddedInputs + input) * width + output] = value
          case .bf16:
            let row = (slot * paddedInputs + input) / 2 * width + output
            target.assumingMemoryBound(to: UInt16.self)[row * 2 + input % 2] = ug_bf16_from_float(value)
          }
        }
      }
    }
  }

  /// The 3×3 kernel of one phase on the small image: taps that read the same pixel are added up.
  private func subpixel(
    _ g: UnsafePointer<Float>, phase: Int, into kernels: inout [Float], at offset: Int
  ) {
    for row in 0..<3 {
      for column in 0..<3 {
        var sum: Float = 0
        for ky in taps(row, phase: phase / 2) {
          for kx in taps(column, phase: phase % 2) { sum += g[ky * 3 + kx] }
        }
        kernels[offset + row * 3 + column] = sum
      }
    }
  }

  /// Taps of the 3-tap kernel on the enlarged image that read the small pixel at `position` − 1.
  private func taps(_ position: Int, phase: Int) -> Range<Int> {
    switch (phase, position) {
    case (0, 0): 0..<1
    case (0, 1): 1..<3
    case (1, 1): 0..<2
    case (1, 2): 2..<3
    default: 0..<0
    }
  }
}
