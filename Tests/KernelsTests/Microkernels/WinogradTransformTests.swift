import CKernels
import Testing

@testable import Kernels

@Suite("Winograd transforms, on every instruction set")
struct WinogradTransformTests {
  /// Every border, and tiles of an image that is enlarged.
  static let forms = [
    WinogradForm.same, .same.bordered(by: .replicate), .same.bordered(by: .zero), .enlarged,
  ]

  @Test("input: floats are Bᵀ·d·B of the normalised tile", arguments: forms)
  func input(form: WinogradForm) {
    for problem in TileProblem.all(form) {
      let expected = problem.expectation(.ours) { value, magnitude in
        (value, 24 * Expectation.unit * magnitude)
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(problem.x, against: side)
          let v = GuardedMemory.output(problem.extent, against: side)
          var index = problem.index
          let table = instructionSet.kernels.pointee
          let kernel = (problem.isEnlarged ? table.winograd_input_enlarged : table.winograd_input)!
          kernel(
            x.base, problem.blockStride, problem.blocks, &index, problem.affine, v.base, problem.targetStride,
            problem.pointStride)
          expected.check(v, "\(instructionSet) \(form) \(problem)")
        }
      }
    }
  }

  @Test("input: bfloat16 is the same, rounded", arguments: forms)
  func bfloatInput(form: WinogradForm) {
    for problem in TileProblem.all(form) {
      let expected = problem.expectation(.ours) { value, magnitude in
        let bound = 24 * Expectation.unit * magnitude
        return (value, bound + Expectation.bfloatUnit * (value.magnitude + bound))
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let x = GuardedMemory(problem.x, against: side)
          let untouched = UInt16(Expectation.untouched.bitPattern >> 16)
          let v = GuardedMemory(repeating: untouched, count: problem.extent, against: side)
          var index = problem.index
          let table = instructionSet.kernels.pointee
          let kernel = (problem.isEnlarged ? table.winograd_input_enlarged_bf16 : table.winograd_input_bf16)!
          kernel(
            x.base, problem.blockStride, problem.blocks, &index, problem.affine, v.base, problem.targetStride,
            problem.pointStride)
          let floats = v.array.map {
            $0 == untouched ? Expectation.untouched : Float(bitPattern: UInt32($0) << 16)
          }
          expected.check(GuardedMemory(floats), "\(instructionSet) \(form) \(problem)")
        }
      }
    }
  }

  /// The last point of the tile, (∞, ∞), is its last pixel where all others are zero.
  @Test("input: bfloat16 rounds to nearest, ties to even", arguments: InstructionSet.supported)
  func rounding(instructionSet: InstructionSet) {
    let halves: [UInt32] = [0x0000, 0x0001, 0x7fff, 0x8000, 0x8001, 0xffff]
    let upper: [UInt32] = [0x3f80, 0x3f81, 0xbfff, 0x7f00, 0x0081, 0xc2fe]
    for bits in upper.flatMap({ upper in halves.map { upper << 16 | $0 } }) {
      let value = Float(bitPattern: bits)
      // Two zero pixels and the value: only row 5 with column 5 reads it.
      let x = [Float](repeating: 0, count: 32) + [Float](repeating: value, count: 16)
      var index = ug_tile_index()
      index.rows.5 = 16
      index.columns.5 = 16
      let one = GuardedMemory(repeating: Float(1), count: 16)
      let zero = GuardedMemory(repeating: Float(0), count: 16)
      let identity = ug_affine(scale: one.base, shift: zero.base, floor: -.infinity)
      var v = [UInt16](repeating: 0, count: 36 * 16)
      instructionSet.kernels.pointee.winograd_input_bf16(x, 0, 1, &index, identity, &v, 16, 16)
      let tie = bits & 0xffff == 0x8000
      let expected = UInt16(tie ? (bits >> 16) + (bits >> 16 & 1) : (bits + 0x8000) >> 16)
      #expect(Array(v[(35 * 16)...]) == [UInt16](repeating: expected, count: 16), "\(value)")
    }
  }

  @Test("output: Aᵀ·m·A of some tiles, whole and ragged, dense and two apart; the moments are added to")
  func output() {
    for problem in OutputProblem.all(.ours) {
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let m = GuardedMemory(problem.m, against: side)
          let y = GuardedMemory.output(problem.extent, against: side)
          let sums = GuardedMemory(problem.sumsBefore, against: side)
          let squares = GuardedMemory(problem.squaresBefore, against: side)
          var grid = problem.grid
          instructionSet.kernels.pointee.winograd_output(
            m.base, problem.pointStride, y.base, &grid, problem.tiles.lowerBound, problem.tiles.count,
            ug_moments(sums: sums.base, squares: squares.base))
          let what = "\(instructionSet) \(problem)"
          problem.pixels.check(y, what)
          problem.sums.check(sums, what + " sums")
          problem.squares.check(squares, what + " squares")
        }
      }
    }
  }
}
