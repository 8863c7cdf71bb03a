import CKernels
import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("Element-wise microkernels, on every instruction set")
struct ElementwiseTests {
  /// One block with its normalisation.
  private struct Problem {
    let x: [Float]
    let residual: [Float]
    let scale: GuardedMemory<Float>
    let shift: GuardedMemory<Float>
    let floor: Float

    init(pixels: Int, floor: Float) {
      var noise = Noise()
      x = noise.floats(pixels * 16)
      residual = noise.floats(pixels * 16)
      scale = GuardedMemory(noise.floats(16))
      shift = GuardedMemory(noise.floats(16))
      self.floor = floor
    }

    var affine: ug_affine { ug_affine(scale: scale.base, shift: shift.base, floor: floor) }

    /// - Parameter place: where element i goes.
    func expectation(count: Int, residual: Bool, place: (Int) -> Int) -> Expectation {
      var expected = Expectation(count: count)
      for (index, x) in x.enumerated() {
        let (product, shift) = (Double(x) * Double(scale.base[index % 16]), Double(shift.base[index % 16]))
        let rest = residual ? Double(self.residual[index]) : 0
        expected.set(
          place(index), to: max(product + shift, Double(floor)) + rest,
          magnitude: product.magnitude + shift.magnitude + rest.magnitude, roundings: 3)
      }
      return expected
    }
  }

  @Test(
    "affine: with and without residual, into new memory and in place", arguments: [0, -Float.infinity, 0.25])
  func affine(floor: Float) {
    for pixels in 0...40 {
      let problem = Problem(pixels: pixels, floor: floor)
      let plain = problem.expectation(count: pixels * 16, residual: false) { $0 }
      let added = problem.expectation(count: pixels * 16, residual: true) { $0 }
      for instructionSet in InstructionSet.supported {
        let kernel = instructionSet.kernels.pointee.affine!
        for side in GuardSide.allCases {
          let what = "\(instructionSet) pixels \(pixels) floor \(floor)"
          let x = GuardedMemory(problem.x, against: side)
          let residual = GuardedMemory(problem.residual, against: side)
          let y = GuardedMemory.output(pixels * 16, against: side)
          kernel(x.base, problem.affine, nil, y.base, pixels)
          plain.check(y, what)
          kernel(x.base, problem.affine, residual.base, y.base, pixels)
          added.check(y, what + " with residual")
          kernel(x.base, problem.affine, residual.base, residual.base, pixels)
          added.check(residual, what + " onto residual")
          let again = GuardedMemory(problem.residual, against: side)
          kernel(x.base, problem.affine, again.base, x.base, pixels)
          added.check(x, what + " with residual in place")
          let whole = GuardedMemory(problem.x, against: side)
          kernel(whole.base, problem.affine, nil, whole.base, pixels)
          plain.check(whole, what + " in place")
        }
      }
    }
  }

  @Test("affine_to_planes: 0 to 40 pixels, planes with gaps between them", arguments: [0, 7])
  func affineToPlanes(gap: Int) {
    for pixels in 0...40 {
      let problem = Problem(pixels: pixels, floor: 0)
      let stride = pixels + gap
      let expected = problem.expectation(count: 15 * stride + pixels, residual: false) {
        $0 % 16 * stride + $0 / 16
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(problem.x, against: side)
          let y = GuardedMemory.output(15 * stride + pixels, against: side)
          instructionSet.kernels.pointee.affine_to_planes(x.base, problem.affine, y.base, stride, pixels)
          expected.check(y, "\(instructionSet) pixels \(pixels) gap \(gap)")
        }
      }
    }
  }

  @Test("leaky: a bias, and a slope for what is below zero", arguments: [0, 0.2, 1 as Float])
  func leaky(slope: Float) {
    for pixels in 0...40 {
      let problem = Problem(pixels: pixels, floor: 0)
      var expected = Expectation(count: pixels * 16)
      for (index, x) in problem.x.enumerated() {
        let bias = Double(problem.shift.base[index % 16])
        let value = Double(x) + bias
        expected.set(
          index, to: max(value, Double(slope) * value), magnitude: Double(x.magnitude) + bias.magnitude,
          roundings: 3)
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(problem.x, against: side)
          instructionSet.kernels.pointee.leaky(x.base, problem.shift.base, slope, pixels)
          expected.check(x, "\(instructionSet) pixels \(pixels) slope \(slope)")
        }
      }
    }
  }

  @Test("tanh: at most 1e-6 off everywhere, and never beyond ±1", arguments: InstructionSet.supported)
  func tanhAccuracy(instructionSet: InstructionSet) {
    let sweep = (0...20_000).map { Float($0) * 0x1p-11 }
    let special: [Float] = [
      0, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e-30, 1e-10, 1e-5, 0.34657359, 9.010913, 9.999999,
      10,
      10.000001, 43, 44, 88, 89, 1e10, .greatestFiniteMagnitude, .infinity,
    ]
    let x = (special + sweep).flatMap { [$0, -$0] }
    var y = [Float](repeating: 0, count: x.count)
    instructionSet.kernels.pointee.tanh(x, &y, x.count)
    let worst = zip(x, y).max { difference($0) < difference($1) }!
    #expect(difference(worst) <= 1e-6, "tanh(\(worst.0)) is not \(worst.1)")
    #expect(y.allSatisfy { $0.magnitude <= 1 })
    #expect(zip(x, y).allSatisfy { $0.sign == $1.sign || $1 == 0 })
  }

  @Test("tanh: a NaN stays one", arguments: InstructionSet.supported)
  func tanhOfNaN(instructionSet: InstructionSet) {
    var y = [Float](repeating: 0, count: 17)
    instructionSet.kernels.pointee.tanh([Float](repeating: .nan, count: 17), &y, 17)
    #expect(y.allSatisfy { $0.isNaN })
  }

  @Test("tanh: every count to 50, in place, nothing beyond")
  func tanhCounts() {
    for count in 0...50 {
      var noise = Noise()
      let values = noise.floats(count)
      var expected = Expectation(count: count)
      for (index, x) in values.enumerated() { expected.set(index, to: tanh(Double(x)), within: 1e-6) }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(values, against: side)
          let y = GuardedMemory.output(count, against: side)
          instructionSet.kernels.pointee.tanh(x.base, y.base, count)
          expected.check(y, "\(instructionSet) count \(count)")
          instructionSet.kernels.pointee.tanh(x.base, x.base, count)
          expected.check(x, "\(instructionSet) count \(count) in place")
        }
      }
    }
  }

  private func difference(_ pair: (Float, Float)) -> Double {
    (Double(pair.1) - tanh(Double(pair.0))).magnitude
  }
}
