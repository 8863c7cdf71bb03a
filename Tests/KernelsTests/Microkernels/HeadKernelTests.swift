import CKernels
import Kernels
import Testing

@Suite("The 7×7 microkernel, on every instruction set")
struct HeadKernelTests {
  static let widest = 200

  @Test("widths 1 to 200, rows and channels with gaps between them", arguments: [1, 3])
  func widths(channels: Int) {
    var noise = Noise()
    let columns = Self.widest + 6
    let image = noise.floats(channels * 7 * columns)
    let weights = noise.floats(channels * 147)
    let before = noise.floats(3 * Self.widest)
    let exact = Self.convolved(image, weights, before, channels: channels)

    for width in 1...Self.widest {
      let rounded = (width + 15) / 16 * 16
      let rowStride = rounded + 6
      let channelStride = 7 * rowStride + width % 3
      // What lies beyond the image only reaches outputs that nobody reads.
      var x = [Float](repeating: .nan, count: (channels - 1) * channelStride + 7 * rowStride)
      for row in 0..<channels * 7 {
        let target = row / 7 * channelStride + row % 7 * rowStride
        for column in 0..<width + 6 { x[target + column] = image[row * columns + column] }
      }
      let outStride = rounded + 5
      var expected = Expectation(count: 2 * outStride + rounded)
      var start = [Float](repeating: Expectation.untouched, count: 2 * outStride + rounded)
      for plane in 0..<3 {
        for column in 0..<rounded {
          let index = plane * outStride + column
          guard column < width else {
            expected.ignore(index)
            continue
          }
          let term = exact[plane * Self.widest + column]
          expected.set(index, to: term.sum, magnitude: term.magnitude, roundings: 49 * channels + 1)
          start[index] = before[plane * Self.widest + column]
        }
      }
      let side: GuardSide = width % 2 == 0 ? .upper : .lower
      let (input, kernel) = (GuardedMemory(x, against: side), GuardedMemory(weights, against: side))
      for instructionSet in InstructionSet.supported {
        let out = GuardedMemory(start, against: side)
        instructionSet.kernels.pointee.head(
          input.base, channelStride, rowStride, channels, kernel.base, out.base, outStride, width)
        expected.check(out, "\(instructionSet) width \(width) channels \(channels)")
      }
    }
  }

  /// The widest row's convolution in double.
  private static func convolved(
    _ image: [Float], _ weights: [Float], _ before: [Float], channels: Int
  ) -> [(sum: Double, magnitude: Double)] {
    let columns = widest + 6
    return (0..<3 * widest).map { index in
      let (plane, column) = (index / widest, index % widest)
      var sum = Double(before[index])
      var magnitude = sum.magnitude
      for tap in 0..<channels * 49 {
        let (channel, ky, kx) = (tap / 49, tap % 49 / 7, tap % 7)
        let x = image[(channel * 7 + ky) * columns + column + kx]
        let term = Double(x) * Double(weights[tap * 3 + plane])
        sum += term
        magnitude += term.magnitude
      }
      return (sum, magnitude)
    }
  }
}
