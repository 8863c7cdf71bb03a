import Tensors
import Testing

@testable import Kernels

@Suite("WinogradConvolution")
struct WinogradConvolutionTests {
  typealias Size = (inputs: Int, outputs: Int, height: Int, width: Int)

  /// One tile and less, ragged tiles, half-empty blocks and panels, several units of work.
  static let sizes: [Size] = [
    (8, 8, 4, 4), (16, 8, 2, 3), (16, 24, 9, 5), (40, 16, 5, 6), (48, 8, 3, 11), (8, 48, 7, 4),
    (8, 8, 33, 29),
  ]

  @Test(
    "reflect-pad 1, 3×3: equals the direct convolution on every instruction set, with any team",
    arguments: sizes, ComputePrecision.allCases)
  func same(size: Size, precision: ComputePrecision) throws {
    try check(size, .same, precision) { $0.reflectPadded(1).convolved($1, outputs: size.outputs, kernel: 3) }
  }

  @Test(
    "nearest ×2, reflect-pad 1, 3×3: equals the direct convolution on every instruction set, with any team",
    arguments: sizes, ComputePrecision.allCases)
  func subpixel(size: Size, precision: ComputePrecision) throws {
    try check(size, .subpixel, precision) {
      $0.enlarged().reflectPadded(1).convolved($1, outputs: size.outputs, kernel: 3)
    }
  }

  @Test(
    "reflect-pad 1, 3×3, stride 2: equals the direct convolution on every instruction set, with any team",
    arguments: [
      (8, 16, 4, 4), (16, 8, 2, 2), (24, 48, 10, 6), (40, 16, 6, 18), (48, 40, 12, 4), (16, 24, 18, 26),
    ] as [Size], ComputePrecision.allCases)
  func strided(size: Size, precision: ComputePrecision) throws {
    try check(size, .strided, precision) {
      $0.reflectPadded(1).convolved($1, outputs: size.outputs, kernel: 3, stride: 2)
    }
  }

  @Test(
    "3×3 with another border: equals the direct convolution on every instruction set, with any team",
    arguments: sizes, [Padding.replicate, .zero])
  func bordered(size: Size, border: Padding) throws {
    for precision in ComputePrecision.allCases {
      try check(size, .same.bordered(by: border), precision) {
        (border == .zero ? $0.zeroPadded(1) : $0.replicatePadded(1))
          .convolved($1, outputs: size.outputs, kernel: 3)
      }
    }
  }

  @Test(
    "zero-pad 1, 3×3, stride 2: equals the direct convolution on every instruction set, with any team",
    arguments: [
      (8, 16, 4, 4), (16, 8, 2, 2), (24, 48, 10, 6), (40, 16, 6, 18), (48, 40, 12, 4), (16, 24, 18, 26),
    ] as [Size], ComputePrecision.allCases)
  func zeroStrided(size: Size, precision: ComputePrecision) throws {
    try check(size, .strided.bordered(by: .zero), precision) {
      $0.zeroPadded(1).convolved($1, outputs: size.outputs, kernel: 3, stride: 2)
    }
  }

  @Test(
    "transposed, 3×3, stride 2: equals the definition on every instruction set, with any team",
    arguments: sizes, ComputePrecision.allCases)
  func transposed(size: Size, precision: ComputePrecision) throws {
    try check(size, .transposed, precision) { $0.transposeConvolved($1, outputs: size.outputs) }
  }

  @Test(
    "bilinear ×2, zero-pad 1, 3×3: equals the direct convolution on every instruction set, with any team",
    arguments: sizes + [(8, 16, 1, 1), (16, 8, 8, 8)], ComputePrecision.allCases)
  func enlarged(size: Size, precision: ComputePrecision) throws {
    try check(size, .enlarged, precision) {
      $0.bilinearlyEnlarged().zeroPadded(1).convolved($1, outputs: size.outputs, kernel: 3)
    }
  }

  private func check(
    _ size: Size, _ form: WinogradForm, _ precision: ComputePrecision,
    direct: (_ normalised: Planes, _ weights: [Float]) -> Planes
  ) throws {
    var noise = Noise()
    let input = BlockedShape(channels: size.inputs, height: size.height, width: size.width)
    let values = noise.floats(size.inputs * input.pixels)
    let weights = noise.floats(size.outputs * size.inputs * 9)
    let affine = GuardedAffine(
      channels: size.inputs, floor: size.width % 2 == 0 ? 0 : -.infinity, noise: &noise)
    let normalised = Planes(values, channels: size.inputs, height: size.height, width: size.width)
      .affine(scale: affine.scale, shift: affine.shift, floor: affine.floor)
    let exact = direct(normalised, weights)
    let bound = bounds(normalised, weights, size, form, precision)

    let x = GuardedTensor(planar: values, input)
    let shape = BlockedShape(channels: size.outputs, height: exact.height, width: exact.width)
    let geometry = WinogradGeometry(input: input, form: form)
    let packed = try WinogradWeights(
      weights: weights, inputs: size.inputs, outputs: size.outputs, form: form, precision: precision,
      team: .alone)
    for instructionSet in InstructionSet.supported {
      let what = "\(instructionSet) \(precision) \(size), seed \(Noise.seed)"
      let layer = WinogradConvolution(weights: packed, instructionSet: instructionSet)
      forEveryTeam(what) { team in
        let y = GuardedTensor(shape)
        let work = GuardedWorkspace(
          scratch: geometry.scratchCount, units: geometry.units, paddedChannels: shape.paddedChannels,
          team: team)
        layer.run(
          x.tensor, affine.affine, geometry: geometry, into: y.tensor, moments: work.moments,
          scratch: work.scratch, team: team)
        let actual = y.tensor.planar()
        #expect(exact.mismatch(actual) { bound[$0] } == nil, "\(what)")
        let error = relativeError(actual, exact)
        #expect(error <= (precision == .f32 ? 2e-6 : 0.025), "\(what)")
        #expect(work.momentsMismatch(y.tensor) == nil, "\(what)")
        #expect(y.paddingIsZero, "\(what)")
        return y.bits + work.momentBits
      }
    }
  }

  private func bounds(
    _ normalised: Planes, _ weights: [Float], _ size: Size, _ form: WinogradForm,
    _ precision: ComputePrecision
  ) -> [Double] {
    let sizes: WinogradBound
    var depth = size.inputs
    switch form {
    case .strided, .strided.bordered(by: .zero):
      depth *= 4
      sizes = WinogradBound(
        normalised.phases(), weights: Self.phaseKernels(weights), outputs: size.outputs, matrices: .ours)
    case .subpixel:
      sizes = WinogradBound(
        normalised.reflectPadded(1), weights: weights, outputs: size.outputs, matrices: .ours, phases: 2,
        kernel: Self.subpixelKernel)
    case .transposed:
      sizes = WinogradBound(
        normalised.zeroPadded(1), weights: Self.outputsFirst(weights, size), outputs: size.outputs,
        matrices: .ours, phases: 2, kernel: Self.transposedKernel)
    default:
      let whole = form == .enlarged ? normalised.bilinearlyEnlarged() : normalised
      let isReflected = form == .same
      sizes = WinogradBound(
        isReflected ? whole.reflectPadded(1) : whole.replicatePadded(1), weights: weights,
        outputs: size.outputs, matrices: .ours)
    }
    // Both operands are rounded to bfloat16; beside that, 16 roundings of the input transform, 4 of the weights, one
    // for each channel, 40 of the output transform, and 20 of an enlargement, whose differences are of twice the size.
    let operands = precision == .f32 ? 0 : 2.01 * Expectation.bfloatUnit
    let sums = 1.01 * Double(depth + (form == .enlarged ? 80 : 60)) * Expectation.unit
    return sizes.magnitudes.map { (operands + sums) * $0 }
  }

  /// What one phase of the enlarged image's kernel is on the small image: pixel 2i + p of a row reads, through tap
  /// t, the enlarged pixel 2i + p + t − 1, which is the small pixel i + ⌊(p + t − 1) / 2⌋.
  private static func subpixelKernel(_ taps: [Double], phase: Int) -> [Double] {
    var kernel = [Double](repeating: 0, count: 9)
    for tap in 0..<9 {
      let row = (phase / 2 + tap / 3 + 1) / 2
      let column = (phase % 2 + tap % 3 + 1) / 2
      kernel[row * 3 + column] += taps[tap]
    }
    return kernel
  }

  /// What one phase of a transposed convolution's result is made of: tap t adds to pixel 2m − 1 + t, so pixel 2i + p
  /// reads through it pixel i + (p + 1 − t) / 2, where that is whole.
  private static func transposedKernel(_ taps: [Double], phase: Int) -> [Double] {
    var kernel = [Double](repeating: 0, count: 9)
    for tap in 0..<9 {
      let (row, column) = (phase / 2 + 1 - tap / 3, phase % 2 + 1 - tap % 3)
      guard row % 2 == 0, column % 2 == 0 else { continue }
      kernel[(row / 2 + 1) * 3 + column / 2 + 1] += taps[tap]
    }
    return kernel
  }

  /// `[outputs][inputs]` of weights `[inputs][outputs]`.
  private static func outputsFirst(_ weights: [Float], _ size: Size) -> [Float] {
    var result: [Float] = []
    for output in 0..<size.outputs {
      for input in 0..<size.inputs {
        let first = (input * size.outputs + output) * 9
        result += weights[first..<first + 9]
      }
    }
    return result
  }

  /// The kernels of stride 1 that a kernel of stride 2 becomes on the four interleaved images of `phases()`: along
  /// an axis, even pixels meet the middle tap, odd ones the outer two.
  private static func phaseKernels(_ weights: [Float]) -> [Float] {
    let taps = [[nil, 1, nil], [0, 2, nil]]
    return stride(from: 0, to: weights.count, by: 9).flatMap { kernel in
      (0..<4).flatMap { phase in
        (0..<9).map { position -> Float in
          guard let row = taps[phase / 2][position / 3], let column = taps[phase % 2][position % 3] else {
            return 0
          }
          return weights[kernel + row * 3 + column]
        }
      }
    }
  }

  /// Root mean square of the error over that of the result: tighter than the worst case by an order, because
  /// roundings are as often up as down.  In bfloat16 the two operands of a product are 0.23 % off together (RMS), and
  /// cancellation in the transforms makes that about 1.5 % of the result.
  private func relativeError(_ actual: [Float], _ exact: Planes) -> Double {
    let error = zip(actual, exact.values).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (error / exact.values.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
