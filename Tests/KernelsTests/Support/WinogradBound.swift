/// How far rounding may move each pixel of a Winograd convolution: the sizes of its terms, with every minus sign of
/// the transforms taken as a plus, because what cancels exactly need not cancel once rounded.
struct WinogradBound {
  /// `[outputs][height][width]` of the result.
  let magnitudes: [Double]

  /// - Parameters:
  ///   - input: sizes of the normalised activations, with one pixel of padding around them.
  ///   - weights: `[outputs][inputs][3][3]`.
  ///   - phases: interleaved images along an axis that the result consists of: 1 or 2.
  ///   - kernel: of such an image, from the sizes of the nine taps.
  init(
    _ input: Planes, weights: [Float], outputs: Int, matrices: CookToom, phases: Int = 1,
    kernel: (_ taps: [Double], _ phase: Int) -> [Double] = { taps, _ in taps }
  ) {
    let (height, width) = (input.height - 2, input.width - 2)
    let (b, a, g) = (absolute(matrices.bT), absolute(matrices.aT), absolute(matrices.g))
    let columns = phases * width
    var result = [Double](repeating: 0, count: outputs * phases * height * columns)
    var transformed: [[Double]] = []
    for phase in 0..<phases * phases {
      for index in 0..<outputs * input.channels {
        let taps = weights[index * 9..<index * 9 + 9].map { Double($0.magnitude) }
        transformed.append(sandwich(g, kernel(taps, phase)))
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
}
