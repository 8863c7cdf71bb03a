import CKernels
import Kernels
import Testing

@Suite("Rows of stored weights times some vectors, on every instruction set")
struct DotTests {
  typealias Kernel =
    @convention(c) (
      UnsafeRawPointer?, Int, Int, Int, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?
    ) -> Void

  @Test("f32: 0 to 100 elements at any alignment")
  func float32() {
    check(width: 4, kernel: { $0.dot_f32 }) { noise, count in
      let values = noise.floats(count)
      return (values.flatMap { bytes($0.bitPattern) }, values)
    }
  }

  @Test("f16: 0 to 100 elements at any alignment, subnormal numbers included")
  func float16() {
    check(width: 2, kernel: { $0.dot_f16 }) { noise, count in
      let values = noise.floats(count).enumerated().map { index, value in
        Float16(index % 5 == 0 ? value * 0x1p-18 : value)
      }
      return (values.flatMap { bytes($0.bitPattern) }, values.map(Float.init))
    }
  }

  @Test("bf16: 0 to 100 elements at any alignment")
  func bfloat16() {
    check(width: 2, kernel: { $0.dot_bf16 }) { noise, count in
      let numbers = noise.bfloats(count)
      return (numbers.bits.flatMap { bytes($0) }, numbers.values)
    }
  }

  private func bytes(_ bits: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: bits.littleEndian, Array.init)
  }

  private func check(
    width: Int, kernel: (ug_kernels) -> Kernel?,
    weights: (inout Noise, Int) -> (bytes: [UInt8], values: [Float])
  ) {
    for count in 0...100 {
      var noise = Noise()
      let (rows, vectors) = (count % 11, count % 7)
      let rowStride = count + count % 3
      let stored = weights(&noise, rows == 0 ? 0 : (rows - 1) * rowStride + count)
      let stride = count + 3
      let values = noise.floats(max((vectors - 1) * stride + count, 0))
      var expected = Expectation(count: rows * vectors)
      for (row, vector) in (0..<rows).flatMap({ row in (0..<vectors).map { (row, $0) } }) {
        let terms = (0..<count).map {
          Double(stored.values[row * rowStride + $0]) * Double(values[vector * stride + $0])
        }
        expected.set(
          row * vectors + vector, to: terms.reduce(0, +), magnitude: terms.reduce(0) { $0 + $1.magnitude },
          roundings: count + 1)
      }
      for side in GuardSide.allCases {
        let x = GuardedMemory(values, against: side)
        for shift in 0...width {
          // Directly at the guard page, and `shift` bytes away from it, which is at no boundary.
          let padding = [UInt8](repeating: 0xff, count: shift)
          let upper = side == .upper
          let w = GuardedMemory(
            upper ? stored.bytes + padding : padding + stored.bytes, against: side)
          let base = UnsafeRawPointer(w.base) + (upper ? 0 : shift)
          for instructionSet in InstructionSet.supported {
            let sums = GuardedMemory<Float>.output(rows * vectors)
            kernel(instructionSet.kernels.pointee)!(
              base, rowStride, rows, count, x.base, stride, vectors, sums.base)
            expected.check(
              sums, "\(instructionSet) \(rows) × \(count) with \(vectors), \(shift) bytes off")
          }
        }
      }
    }
  }

  @Test("a sum is the same bits alone and among others", arguments: InstructionSet.supported)
  func company(instructionSet: InstructionSet) {
    let (rows, count, vectors) = (9, 150, 7)
    var noise = Noise()
    let (w, x) = (noise.floats(rows * count), noise.floats(vectors * count))
    var together = [Float](repeating: 0, count: rows * vectors)
    instructionSet.kernels.pointee.dot_f32(w, count, rows, count, x, count, vectors, &together)
    for (row, vector) in (0..<rows).flatMap({ row in (0..<vectors).map { (row, $0) } }) {
      var alone: Float = 0
      instructionSet.kernels.pointee.dot_f32(
        Array(w[(row * count)...]), 0, 1, count, Array(x[(vector * count)...]), 0, 1, &alone)
      #expect(alone == together[row * vectors + vector])
    }
  }
}
