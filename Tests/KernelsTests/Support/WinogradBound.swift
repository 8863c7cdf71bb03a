/// How far rounding may move each pixel of a Winograd convolution: the sizes of its terms, with every minus sign of
/// the transforms taken as a plus, because what cancels exactly need not cancel once rounded.
struct WinogradBound {
  /// `[outputs][height][width]` of the result.
  let magnitudes: [Double]

  /// - Parameters:
  ///   - input: sizes of the normalised activations, with one pixel of padding around them.
  ///   - weights: `[outputs][inputs][3][3]`.
  ///   - enlarged: whether the convolution is of the activations enlarged by two; `input` is not.
  init(_ input: Planes, weights: [Float], outputs: Int, matrices: CookToom, enlarged: Bool) {
    let (height, width) = (input.height - 2, input.width - 2)
    let phases = enlarged ? 2 : 1
    let (b, a, g) = (absolute(matrices.bT), absolute(matrices.aT), absolute(matrices.g))
    let columns = phases * width
    var result = [Double](repeating: 0, count: outputs * phases * height * columns)
    var transformed: [[Double]] = []
    for phase in 0..<phases * phases {
      for kernel in 0..<outputs * input.channels {
        let taps = weights[kernel * 9..<kernel * 9 + 9].map { Double($0.magnitude) }
        transformed.append(sandwich(g, enlarged ? Self.combined(taps, phase: phase) : taps))
      }
    }
    for top in stride(from: 0, to: height, by: 4) {
      for left in stride(from: 0, to: width, by: 4) {
        let tiles = (0..<input.channels).map { channel in
          sandwich(b, Self.tile(of: input, channel: channel, top: top, left: left))
        }
        for phase in 0..<phases * phases {
          for output in 0..<outputs {
            var products = [Double](repeating: 0, count: 36)
            for (channel, tile) in tiles.enumerated() {
              let u = transformed[(phase * outputs + output) * input.channels + channel]
              for point in 0..<36 { products[point] += u[point] * tile[point] }
            }
            for (pixel, size) in sandwich(a, products).enumerated() {
              let (row, column) = (top + pixel / 4, left + pixel % 4)
              guard row < height, column < width else { continue }
              let y = phases * row + phase / 2
              result[(output * phases * height + y) * columns + phases * column + phase % 2] = size
            }
          }
        }
      }
    }
    magnitudes = result
  }

  /// The 6×6 pixels that a tile reads; those beyond the padding reach no pixel of the result.
  private static func tile(of input: Planes, channel: Int, top: Int, left: Int) -> [Double] {
    (0..<36).map {
      let (row, column) = (min(top + $0 / 6, input.height - 1), min(left + $0 % 6, input.width - 1))
      return input.magnitudes[(channel * input.height + row) * input.width + column]
    }
  }

  /// What one phase of the enlarged image's kernel is on the small image: pixel 2i + p of a row reads, through tap
  /// t, the enlarged pixel 2i + p + t − 1, which is the small pixel i + ⌊(p + t − 1) / 2⌋.
  private static func combined(_ taps: [Double], phase: Int) -> [Double] {
    var kernel = [Double](repeating: 0, count: 9)
    for tap in 0..<9 {
      let row = (phase / 2 + tap / 3 + 1) / 2
      let column = (phase % 2 + tap % 3 + 1) / 2
      kernel[row * 3 + column] += taps[tap]
    }
    return kernel
  }
}
