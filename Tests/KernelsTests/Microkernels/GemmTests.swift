import CKernels
import Kernels
import Testing

@Suite("GEMM microkernels, on every instruction set")
struct GemmTests {
  static let mostRows = 40

  /// The shapes of the generator's layers, and some that nothing has: 1×1, Winograd, stem, strided.
  static let layouts: [GemmProblem.Layout] = [
    .init(segments: 1, length: 16, rowStride: 16), .init(segments: 3, length: 16, rowStride: 16),
    .init(segments: 7, length: 21, rowStride: 3), .init(segments: 9, length: 16, rowStride: 32),
    .init(segments: 1, length: 1, rowStride: 16), .init(segments: 3, length: 5, rowStride: 7),
    .init(segments: 2, length: 16, rowStride: 48), .init(segments: 2, length: 32, rowStride: 16),
  ]

  @Test("floats: rows 1 to 40, both widths, every layout", arguments: layouts)
  func floats(layout: GemmProblem.Layout) {
    var noise = Noise()
    let problem = GemmProblem(layout, rows: Self.mostRows) { noise.floats($0) }
    for side in GuardSide.allCases {
      let b = GuardedMemory(problem.b, against: side)
      let offsets = GuardedMemory(problem.offsets)
      for rows in 1...Self.mostRows {
        let a = GuardedMemory(Array(problem.a[..<problem.extent(rows: rows)]), against: side)
        for output in GemmProblem.Output.cases(rows: rows) {
          let expected = problem.expectation(rows: rows, output)
          for instructionSet in InstructionSet.supported {
            let c = GuardedMemory<Float>.output(output.extent(rows: rows), against: side)
            instructionSet.kernels.pointee.gemm(
              a.base, problem.segments(offsets), b.base, output.argument(c), rows)
            expected.check(c, "\(instructionSet) \(layout) rows \(rows) halves \(output.halves)")
          }
        }
      }
    }
  }

  @Test(
    "bfloat16: rows 1 to 40, both widths, every even layout", arguments: layouts.filter { $0.length % 2 == 0 }
  )
  func bfloats(layout: GemmProblem.Layout) {
    var noise = Noise()
    var bits: [[UInt16]] = []
    let problem = GemmProblem(layout, rows: Self.mostRows) { count in
      let numbers = noise.bfloats(count)
      bits.append(numbers.bits)
      return numbers.values
    }
    for side in GuardSide.allCases {
      let b = GuardedMemory(Self.paired(bits[1]), against: side)
      let offsets = GuardedMemory(problem.offsets)
      for rows in 1...Self.mostRows {
        let a = GuardedMemory(
          Array(bits[0][..<problem.extent(rows: rows)]), against: side)
        for output in GemmProblem.Output.cases(rows: rows) {
          let expected = problem.expectation(rows: rows, output)
          for instructionSet in InstructionSet.supported {
            let c = GuardedMemory<Float>.output(output.extent(rows: rows), against: side)
            instructionSet.kernels.pointee.gemm_bf16(
              a.base, problem.segments(offsets), b.base, output.argument(c), rows)
            expected.check(c, "\(instructionSet) \(layout) rows \(rows) halves \(output.halves)")
          }
        }
      }
    }
  }

  /// [K][32] as [K/2][32][2].
  private static func paired(_ b: [UInt16]) -> [UInt16] {
    b.indices.map { index in
      let (pair, column, which) = (index / 64, index % 64 / 2, index % 2)
      return b[(2 * pair + which) * 32 + column]
    }
  }
}

/// One product, its operands and its exact result.
struct GemmProblem {
  struct Layout: CustomStringConvertible {
    let segments: Int
    let length: Int
    let rowStride: Int
    var description: String { "\(segments) × \(length) by \(rowStride)" }
  }

  /// Where C goes: the halves side by side with a gap, or in blocks of their own.
  struct Output {
    let rowStride: Int
    let halfStride: Int
    let halves: Int

    static func cases(rows: Int) -> [Output] {
      [1, 2].flatMap { halves in
        [
          Output(rowStride: 48, halfStride: 16, halves: halves),
          Output(rowStride: 16, halfStride: rows * 16 + 5, halves: halves),
        ]
      }
    }

    func index(row: Int, column: Int) -> Int { row * rowStride + column / 16 * halfStride + column % 16 }
    func extent(rows: Int) -> Int { index(row: rows - 1, column: 16 * halves - 1) + 1 }

    func argument(_ c: GuardedMemory<Float>) -> ug_panel_out {
      ug_panel_out(c: c.base, row_stride: rowStride, half_stride: halfStride, halves: halves)
    }
  }

  let layout: Layout
  let offsets: [Int32]
  let a: [Float]
  /// `[K][32]`.
  let b: [Float]
  private var exact: [Double] = []
  private var magnitude: [Double] = []

  private var depth: Int { layout.segments * layout.length }

  init(_ layout: Layout, rows: Int, numbers: (_ count: Int) -> [Float]) {
    self.layout = layout
    // The first segment lies last: nothing says that they come in order.
    let segmentExtent = (rows - 1) * layout.rowStride + layout.length
    offsets = (0..<layout.segments).map { Int32((layout.segments - 1 - $0) * segmentExtent) }
    a = numbers(layout.segments * segmentExtent)
    b = numbers(layout.segments * layout.length * 32)
    for row in 0..<rows {
      for column in 0..<32 {
        var sum = 0.0
        var absolute = 0.0
        for k in 0..<depth {
          let x = a[Int(offsets[k / layout.length]) + row * layout.rowStride + k % layout.length]
          let term = Double(x) * Double(b[k * 32 + column])
          sum += term
          absolute += term.magnitude
        }
        exact.append(sum)
        magnitude.append(absolute)
      }
    }
  }

  /// Elements of A that `rows` rows reach.
  func extent(rows: Int) -> Int { Int(offsets[0]) + (rows - 1) * layout.rowStride + layout.length }

  func segments(_ offsets: GuardedMemory<Int32>) -> ug_segments {
    ug_segments(
      offsets: offsets.base, segments: layout.segments, length: layout.length, row_stride: layout.rowStride)
  }

  func expectation(rows: Int, _ output: Output) -> Expectation {
    var expected = Expectation(count: output.extent(rows: rows))
    for row in 0..<rows {
      for column in 0..<16 * output.halves {
        expected.set(
          output.index(row: row, column: column), to: exact[row * 32 + column],
          magnitude: magnitude[row * 32 + column], roundings: depth + 1)
      }
    }
    return expected
  }
}
