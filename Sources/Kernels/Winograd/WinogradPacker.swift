import CKernels
import Tensors

/// Transforms and packs the weights of one panel.
struct WinogradPacker {
  let form: WinogradForm
  let inputs: Int
  let outputs: Int
  let precision: ComputePrecision

  /// Writes every point of a panel; the memory is zeroed.
  func pack(
    _ weights: UnsafeBufferPointer<Float>, panel: WinogradWeights.Panel,
    points: ArraySlice<WinogradWeights.Point>, into memory: UnsafeMutableRawPointer
  ) {
    let width = PanelWeights.panelWidth
    let first = panel.block * lanes
    let count = min(width, outputs - first)
    var kernels = [Float](repeating: 0, count: width * 9)
    var transformed = [Float](repeating: 0, count: Int(UG_POINTS) * width)
    for phase in form.inputPhases.indices {
      let taps = form.taps(output: panel.outputPhase, input: phase)
      for input in 0..<inputs {
        for output in 0..<count {
          let index =
            form.isTransposed ? input * outputs + first + output : (first + output) * inputs + input
          rewrite(weights.baseAddress! + index * 9, taps, into: &kernels, at: output * 9)
        }
        ug_winograd_weights(kernels, 9, count, &transformed, width, 1)
        for point in points where point.phases.contains(phase) {
          store(transformed, at: point, phase: phase, input: input, count: count, into: memory)
        }
      }
    }
  }

  /// The 3×3 kernel on the grid: taps that read the same pixel are added up.
  private func rewrite(
    _ kernel: UnsafePointer<Float>, _ taps: (rows: AxisTaps, columns: AxisTaps), into kernels: inout [Float],
    at offset: Int
  ) {
    for row in 0..<3 {
      for column in 0..<3 {
        var sum: Float = 0
        for ky in taps.rows.ranges[row] {
          for kx in taps.columns.ranges[column] { sum += kernel[ky * 3 + kx] }
        }
        kernels[offset + row * 3 + column] = sum
      }
    }
  }

  private func store(
    _ transformed: [Float], at point: WinogradWeights.Point, phase: Int, input: Int, count: Int,
    into memory: UnsafeMutableRawPointer
  ) {
    let width = PanelWeights.panelWidth
    let paddedInputs = (inputs + lanes - 1) / lanes * lanes
    let depth = (phase - point.phases.lowerBound) * paddedInputs + input
    for output in 0..<count {
      let value = transformed[point.index * width + output]
      switch precision {
      case .f32:
        memory.assumingMemoryBound(to: Float.self)[point.offset + depth * width + output] = value
      case .bf16:
        let pair = point.offset / 2 + depth / 2 * width + output
        memory.assumingMemoryBound(to: UInt16.self)[pair * 2 + depth % 2] = BFloat16.bits(nearest: value)
      }
    }
  }
}
