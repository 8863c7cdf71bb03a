/// Planes of an image or of activations, `[channels][height][width]`, in double, with the layers of the network
/// written as their formulas: what the operators are compared with.
///
/// Beside every value it carries the sum of the absolute values of its terms, from which the bound on the rounding
/// of any order of summation follows.
struct Planes {
  let channels: Int
  let height: Int
  let width: Int
  var values: [Double]
  var magnitudes: [Double]

  var pixels: Int { height * width }

  init(_ values: [Float], channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.values = values.map(Double.init)
    magnitudes = self.values.map(\.magnitude)
  }

  private init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    values = [Double](repeating: 0, count: channels * height * width)
    magnitudes = values
  }

  /// `max(x·scale + shift, floor)` for each channel.
  func affine(scale: [Float], shift: [Float], floor: Float) -> Planes {
    var result = self
    for index in values.indices {
      let (scale, shift) = (Double(scale[index / pixels]), Double(shift[index / pixels]))
      result.values[index] = max(values[index] * scale + shift, Double(floor))
      result.magnitudes[index] = magnitudes[index] * scale.magnitude + shift.magnitude
    }
    return result
  }

  /// `max(v, slope·v)`, `v = x + bias`, for each channel.
  func leaky(bias: [Float], slope: Float) -> Planes {
    var result = self
    for index in values.indices {
      let bias = Double(bias[index / pixels])
      let value = values[index] + bias
      result.values[index] = max(value, Double(slope) * value)
      result.magnitudes[index] = magnitudes[index] + bias.magnitude
    }
    return result
  }

  /// Mirrored at the border pixels, which are not repeated.
  func reflectPadded(_ amount: Int) -> Planes {
    resampled(height: height + 2 * amount, width: width + 2 * amount) { row, column in
      (mirrored(row - amount, height), mirrored(column - amount, width))
    }
  }

  /// The border pixels repeated.
  func replicatePadded(_ amount: Int) -> Planes {
    resampled(height: height + 2 * amount, width: width + 2 * amount) { row, column in
      (min(max(row - amount, 0), height - 1), min(max(column - amount, 0), width - 1))
    }
  }

  /// Zeros around it.
  func zeroPadded(_ amount: Int) -> Planes {
    var result = Planes(channels: channels, height: height + 2 * amount, width: width + 2 * amount)
    for index in values.indices {
      let (row, column) = (index % pixels / width + amount, index % width + amount)
      let target = (index / pixels * result.height + row) * result.width + column
      result.values[target] = values[index]
      result.magnitudes[target] = magnitudes[index]
    }
    return result
  }

  /// Every second pixel of the image, mirrored at its border, after `[1, 2, 1]ᵀ·[1, 2, 1] / 16`.
  func blurred() -> Planes {
    let padded = reflectPadded(1)
    let taps: [Float] = [1, 2, 1, 2, 4, 2, 1, 2, 1].map { $0 / 16 }
    var result = Planes(channels: channels, height: (height + 1) / 2, width: (width + 1) / 2)
    for channel in 0..<channels {
      var plane = Planes(channels: 1, height: padded.height, width: padded.width)
      let pixels = channel * padded.pixels..<(channel + 1) * padded.pixels
      plane.values = Array(padded.values[pixels])
      plane.magnitudes = Array(padded.magnitudes[pixels])
      let blurred = plane.convolved(taps, outputs: 1, kernel: 3, stride: 2)
      let target = channel * result.pixels..<(channel + 1) * result.pixels
      result.values.replaceSubrange(target, with: blurred.values)
      result.magnitudes.replaceSubrange(target, with: blurred.magnitudes)
    }
    return result
  }

  /// Twice as large: pixel i of a line lies at (i − ½) / 2 of the small one, whose border is repeated.
  func bilinearlyEnlarged() -> Planes {
    func sources(_ i: Int, _ count: Int) -> [(index: Int, weight: Double)] {
      let position = (Double(i) - 0.5) / 2
      let below = position.rounded(.down)
      return [(Int(below), 1 - (position - below)), (Int(below) + 1, position - below)].map {
        (min(max($0.0, 0), count - 1), $0.1)
      }
    }
    var result = Planes(channels: channels, height: 2 * height, width: 2 * width)
    for index in result.values.indices {
      for row in sources(index % result.pixels / result.width, height) {
        for column in sources(index % result.width, width) {
          let source = (index / result.pixels * height + row.index) * width + column.index
          result.values[index] += row.weight * column.weight * values[source]
          result.magnitudes[index] += row.weight * column.weight * magnitudes[source]
        }
      }
    }
    return result
  }

  /// `ConvTranspose2d` of kernel 3, stride 2, padding 1, output padding 1: pixel m of a line and tap k add to pixel
  /// 2m − 1 + k of the result.
  /// - Parameter weights: `[channels][outputs][3][3]`.
  func transposeConvolved(_ weights: [Float], outputs: Int) -> Planes {
    var result = Planes(channels: outputs, height: 2 * height, width: 2 * width)
    for index in values.indices {
      let (row, column) = (index % pixels / width, index % width)
      for output in 0..<outputs {
        for tap in 0..<9 {
          let (y, x) = (2 * row - 1 + tap / 3, 2 * column - 1 + tap % 3)
          guard (0..<result.height).contains(y), (0..<result.width).contains(x) else { continue }
          let weight = Double(weights[(index / pixels * outputs + output) * 9 + tap])
          let target = (output * result.height + y) * result.width + x
          result.values[target] += values[index] * weight
          result.magnitudes[target] += magnitudes[index] * weight.magnitude
        }
      }
    }
    return result
  }

  /// Every pixel four times.
  func enlarged() -> Planes { resampled(height: 2 * height, width: 2 * width) { ($0 / 2, $1 / 2) } }

  /// The four interleaved images of every plane, `[channel][row parity][column parity]`, with their border pixels
  /// repeated once around them.
  func phases() -> Planes {
    var result = Planes(channels: 4 * channels, height: height / 2 + 2, width: width / 2 + 2)
    for index in result.values.indices {
      let (plane, pixel) = (index / result.pixels, index % result.pixels)
      let row = min(max(pixel / result.width - 1, 0), height / 2 - 1)
      let column = min(max(pixel % result.width - 1, 0), width / 2 - 1)
      let source = (plane / 4 * height + 2 * row + plane / 2 % 2) * width + 2 * column + plane % 2
      result.values[index] = values[source]
      result.magnitudes[index] = magnitudes[source]
    }
    return result
  }

  /// Without padding.
  /// - Parameter weights: `[outputs][channels][kernel][kernel]`.
  func convolved(_ weights: [Float], outputs: Int, kernel: Int, stride: Int = 1) -> Planes {
    var result = Planes(
      channels: outputs, height: (height - kernel) / stride + 1, width: (width - kernel) / stride + 1)
    let weights = weights.map(Double.init)
    // Bare pointers and loops: a test runs some ten million of these in debug builds.
    values.withUnsafeBufferPointer { values in
      magnitudes.withUnsafeBufferPointer { magnitudes in
        weights.withUnsafeBufferPointer { weights in
          var index = 0
          for output in 0..<outputs {
            for row in 0..<result.height {
              for column in 0..<result.width {
                var (sum, magnitude) = (0.0, 0.0)
                var w = output * channels * kernel * kernel
                var plane = row * stride * width + column * stride
                var channel = 0
                while channel < channels {
                  var line = plane
                  var ky = 0
                  while ky < kernel {
                    var kx = 0
                    while kx < kernel {
                      sum += values[line + kx] * weights[w]
                      magnitude += magnitudes[line + kx] * weights[w].magnitude
                      w += 1
                      kx += 1
                    }
                    line += width
                    ky += 1
                  }
                  plane += pixels
                  channel += 1
                }
                result.values[index] = sum
                result.magnitudes[index] = magnitude
                index += 1
              }
            }
          }
        }
      }
    }
    return result
  }

  private func mirrored(_ index: Int, _ count: Int) -> Int {
    index < 0 ? -index : index < count ? index : 2 * (count - 1) - index
  }

  private func resampled(height: Int, width: Int, _ source: (Int, Int) -> (Int, Int)) -> Planes {
    var result = Planes(channels: channels, height: height, width: width)
    for row in 0..<height {
      for column in 0..<width {
        let (y, x) = source(row, column)
        for channel in 0..<channels {
          let (to, from) = (
            (channel * height + row) * width + column, (channel * self.height + y) * self.width + x
          )
          result.values[to] = values[from]
          result.magnitudes[to] = magnitudes[from]
        }
      }
    }
    return result
  }
}

extension Planes {
  /// The first value of `[channels][height][width]` that is farther off than its bound, in words.
  func mismatch(_ actual: [Float], within bound: (_ index: Int) -> Double) -> String? {
    guard actual.count == values.count else { return "\(actual.count) values, not \(values.count)" }
    for index in values.indices {
      // Written so that a NaN fails.
      guard (Double(actual[index]) - values[index]).magnitude <= bound(index) + 0x1p-126 else {
        let place = "[\(index / pixels)][\(index % pixels / width)][\(index % width)]"
        return "\(place) is \(actual[index]), not \(values[index]) ± \(bound(index))"
      }
    }
    return nil
  }

  /// The same for terms that go through at most so many roundings each.
  func mismatch(_ actual: [Float], roundings: Int) -> String? {
    mismatch(actual) { 1.01 * Double(roundings) * Expectation.unit * magnitudes[$0] }
  }
}
