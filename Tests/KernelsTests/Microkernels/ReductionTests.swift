import CKernels
import Kernels
import Testing

@Suite("Reducing microkernels, on every instruction set")
struct ReductionTests {
  static let pixelCounts = Array(0...40) + [1000]

  @Test("moments: sums and squares are added to what is there")
  func moments() {
    for pixels in Self.pixelCounts {
      var noise = Noise()
      let values = noise.floats(pixels * 16)
      let (sumsBefore, squaresBefore) = (noise.floats(16), noise.floats(16))
      var sums = Expectation(count: 16)
      var squares = Expectation(count: 16)
      for lane in 0..<16 {
        let x = stride(from: lane, to: values.count, by: 16).map { Double(values[$0]) }
        let (sum, square) = (Double(sumsBefore[lane]), Double(squaresBefore[lane]))
        sums.set(
          lane, to: sum + x.reduce(0, +), magnitude: sum.magnitude + x.reduce(0) { $0 + $1.magnitude },
          roundings: pixels + 1)
        squares.set(
          lane, to: square + x.reduce(0) { $0 + $1 * $1 },
          magnitude: square.magnitude + x.reduce(0) { $0 + $1 * $1 }, roundings: pixels + 2)
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(values, against: side)
          let (sum, square) = (
            GuardedMemory(sumsBefore, against: side), GuardedMemory(squaresBefore, against: side)
          )
          instructionSet.kernels.pointee.moments(
            x.base, pixels, ug_moments(sums: sum.base, squares: square.base))
          sums.check(sum, "\(instructionSet) sums of \(pixels) pixels")
          squares.check(square, "\(instructionSet) squares of \(pixels) pixels")
        }
      }
    }
  }

  @Test("maximum: exact, and taken with what is there")
  func maximum() {
    for pixels in Self.pixelCounts {
      var noise = Noise()
      let values = noise.floats(pixels * 16)
      let before = noise.floats(16).enumerated().map { $0.offset % 2 == 0 ? -Float.infinity : $0.element }
      let expected = (0..<16).map { lane in
        stride(from: lane, to: values.count, by: 16).reduce(before[lane]) { max($0, values[$1]) }
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(values, against: side)
          let maxima = GuardedMemory(before, against: side)
          instructionSet.kernels.pointee.maximum(x.base, pixels, maxima.base)
          #expect(maxima.array == expected, "\(instructionSet) \(pixels) pixels, seed \(Noise.seed)")
        }
      }
    }
  }

  @Test("channel_sum: the 16 channels of each pixel are added to what is there")
  func channelSum() {
    for pixels in Self.pixelCounts {
      var noise = Noise()
      let values = noise.floats(pixels * 16)
      let before = noise.floats(pixels)
      var expected = Expectation(count: pixels)
      for pixel in 0..<pixels {
        let terms = [Double(before[pixel])] + (0..<16).map { Double(values[pixel * 16 + $0]) }
        expected.set(
          pixel, to: terms.reduce(0, +), magnitude: terms.reduce(0) { $0 + $1.magnitude }, roundings: 17)
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(values, against: side)
          let heat = GuardedMemory(before, against: side)
          instructionSet.kernels.pointee.channel_sum(x.base, pixels, heat.base)
          expected.check(heat, "\(instructionSet) \(pixels) pixels")
        }
      }
    }
  }
}
