import CKernels
import Kernels
import Testing

@Suite("Dot products with stored weights, on every instruction set")
struct DotTests {
  typealias Kernel = @convention(c) (UnsafeRawPointer?, UnsafePointer<Float>?, Int) -> Float

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
      let values = noise.floats(count)
      let terms = zip(stored.values, values).map { Double($0) * Double($1) }
      var expected = Expectation(count: 1)
      expected.set(
        0, to: terms.reduce(0, +), magnitude: terms.reduce(0) { $0 + $1.magnitude }, roundings: count + 1)
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
            let sum = GuardedMemory<Float>.output(1)
            sum.base[0] = kernel(instructionSet.kernels.pointee)!(base, x.base, count)
            expected.check(sum, "\(instructionSet) count \(count) \(shift) bytes off")
          }
        }
      }
    }
  }
}
