import CKernels
import Kernels
import Testing

@Suite("Stored weights times some vectors, on every instruction set")
struct DotTests {
  typealias Kernel =
    @convention(c) (
      UnsafeRawPointer?, Int, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?
    ) -> Void

  @Test("f32: 0 to 200 elements at any alignment")
  func float32() {
    check(width: 4, kernel: { $0.dot_f32 }) { noise, count in
      let values = noise.floats(count)
      return (values.flatMap { bytes($0.bitPattern) }, values)
    }
  }

  @Test("f16: 0 to 200 elements at any alignment, subnormal numbers included")
  func float16() {
    check(width: 2, kernel: { $0.dot_f16 }) { noise, count in
      let values = noise.floats(count).enumerated().map { index, value in
        Float16(index % 5 == 0 ? value * 0x1p-18 : value)
      }
      return (values.flatMap { bytes($0.bitPattern) }, values.map(Float.init))
    }
  }

  @Test("bf16: 0 to 200 elements at any alignment")
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
    for count in 0...200 {
      var noise = Noise()
      let stored = weights(&noise, count)
      let vectors = count % 10
      let stride = count + 3
      let values = noise.floats(max((vectors - 1) * stride + count, 0))
      var expected = Expectation(count: vectors)
      for vector in 0..<vectors {
        let terms = stored.values.indices.map {
          Double(stored.values[$0]) * Double(values[vector * stride + $0])
        }
        expected.set(
          vector, to: terms.reduce(0, +), magnitude: terms.reduce(0) { $0 + $1.magnitude },
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
            let sums = GuardedMemory<Float>.output(vectors)
            kernel(instructionSet.kernels.pointee)!(base, count, x.base, stride, vectors, sums.base)
            expected.check(sums, "\(instructionSet) count \(count) × \(vectors), \(shift) bytes off")
          }
        }
      }
    }
  }

  @Test("a vector's sum is the same bits alone and among others", arguments: InstructionSet.supported)
  func company(instructionSet: InstructionSet) {
    var noise = Noise()
    let (w, x) = (noise.floats(150), noise.floats(7 * 150))
    var together = [Float](repeating: 0, count: 7)
    instructionSet.kernels.pointee.dot_f32(w, 150, x, 150, 7, &together)
    for vector in 0..<7 {
      var alone: Float = 0
      instructionSet.kernels.pointee.dot_f32(w, 150, Array(x[(vector * 150)...]), 0, 1, &alone)
      #expect(alone == together[vector])
    }
  }
}
