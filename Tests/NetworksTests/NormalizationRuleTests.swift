import Kernels
import Testing

@testable import Networks

/// The formulas of the public PyTorch code, computed from the activations in two passes.
@Suite("NormalizationRule")
struct NormalizationRuleTests {
  private static let channels = 5
  private static let pixels = 77
  private static let padded = 16
  private static let epsilon = 1e-5

  /// Channels that differ in mean and spread; the last is constant.  Multiples of 1/64 below 2, so that the sums are
  /// exact in float and only the rule's own rounding is left.
  private static let activations: [[Double]] = (0..<channels).map { channel in
    (0..<pixels).map { pixel in
      channel == channels - 1
        ? 0.75 : Double(channel * 20 - 40 + (pixel * 37 + channel * 11) % (8 + 30 * channel)) / 64
    }
  }
  private static let rho: [Float] = [0, 0.25, 0.9, 1, 0.5]
  private static let gamma: [Float] = [1, -0.5, 2, 0.75, 3]
  private static let beta: [Float] = [0, 0.5, -1, 0.25, 2]

  @Test("instance normalisation: biased variance of each channel")
  func instance() {
    check(.instance) { channel in
      let x = Self.activations[channel]
      let (mean, variance) = Self.statistics(x, divisor: Double(x.count))
      return x.map { ($0 - mean) / (variance + Self.epsilon).squareRoot() }
    }
  }

  @Test("AdaLIN and ILN: unbiased variances of each channel and of the layer, mixed by ρ")
  func layerInstance() {
    let all = Self.activations.flatMap { $0 }
    let layer = Self.statistics(all, divisor: Double(all.count - 1))
    Self.gamma.withUnsafeBufferPointer { gamma in
      Self.beta.withUnsafeBufferPointer { beta in
        check(.layerInstance(rho: Self.rho, gamma: gamma.baseAddress!, beta: beta.baseAddress!)) { channel in
          let x = Self.activations[channel]
          let own = Self.statistics(x, divisor: Double(x.count - 1))
          let (rho, gamma, beta) = (Double(Self.rho[channel]), Double(gamma[channel]), Double(beta[channel]))
          return x.map {
            let instance = ($0 - own.mean) / (own.variance + Self.epsilon).squareRoot()
            let whole = ($0 - layer.mean) / (layer.variance + Self.epsilon).squareRoot()
            return (rho * instance + (1 - rho) * whole) * gamma + beta
          }
        }
      }
    }
  }

  @Test("group normalisation: biased variance of each group", arguments: [1, 5])
  func groups(count: Int) {
    let members = Self.channels / count
    check(.group(count, gamma: Self.gamma, beta: Self.beta)) { channel in
      let first = channel / members * members
      let group = Self.activations[first..<first + members].flatMap { $0 }
      let (mean, variance) = Self.statistics(group, divisor: Double(group.count))
      return Self.activations[channel].map {
        ($0 - mean) / (variance + Self.epsilon).squareRoot() * Double(Self.gamma[channel])
          + Double(Self.beta[channel])
      }
    }
  }

  /// Compares `x · scale + shift` with the formula; scale and shift are each rounded to float once.
  private func check(_ kind: NormalizationRule.Kind, expected: (_ channel: Int) -> [Double]) {
    let units = 3
    var rows = [Float](repeating: 0, count: ChannelMoments.count(units: units, paddedChannels: Self.padded))
    for (channel, values) in Self.activations.enumerated() {
      for (pixel, x) in values.enumerated() {
        let row = pixel % units * 2 * Self.padded
        rows[row + channel] += Float(x)
        rows[row + Self.padded + channel] += Float(x * x)
      }
    }
    var scale = [Float](repeating: .nan, count: Self.padded)
    var shift = scale
    rows.withUnsafeMutableBufferPointer { rows in
      NormalizationRule(kind: kind, channels: Self.channels, pixels: Self.pixels).resolve(
        ChannelMoments(base: rows.baseAddress!, units: units, paddedChannels: Self.padded),
        paddedChannels: Self.padded, scale: &scale, shift: &shift)
    }
    for channel in 0..<Self.channels {
      let (scale, shift) = (Double(scale[channel]), Double(shift[channel]))
      for (x, y) in zip(Self.activations[channel], expected(channel)) {
        let bound = 0x1p-24 * ((x * scale).magnitude + shift.magnitude) + 1e-9
        #expect((x * scale + shift - y).magnitude <= bound, "channel \(channel)")
      }
    }
    #expect((scale + shift).allSatisfy { !$0.isNaN })
    #expect(scale[Self.channels...].allSatisfy { $0 == 0 }, "channels that only fill up a block")
    #expect(shift[Self.channels...].allSatisfy { $0 == 0 }, "channels that only fill up a block")
  }

  private static func statistics(_ x: [Double], divisor: Double) -> (mean: Double, variance: Double) {
    let mean = x.reduce(0, +) / Double(x.count)
    return (mean, x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / divisor)
  }
}
