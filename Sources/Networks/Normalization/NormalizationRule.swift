import Kernels

/// The normalisations of the networks, turned into one multiply and one add per channel once the sums are
/// known.  Everything is computed in double; eps is 1e-5 inside the root, as PyTorch has it.
struct NormalizationRule {
  /// ρ, γ and β per channel.
  enum Kind {
    /// `InstanceNorm2d` without affine parameters: biased variance.
    case instance
    /// AdaLIN and ILN: `γ·(ρ·IN(x) + (1−ρ)·LN(x)) + β` with unbiased variances (`torch.var`'s default).
    case layerInstance(rho: [Float], gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>)
    /// `GroupNorm` of so many groups, which divide the channels: biased variance of each.
    case group(Int, gamma: [Float], beta: [Float])
    /// Whatever the activations are.
    case constant(scale: [Float], shift: [Float])
  }

  let kind: Kind
  let channels: Int
  let pixels: Int

  static let epsilon = 1e-5

  /// Fills `scale` and `shift` for the channels; those that only fill up a block become zero.
  func resolve(
    _ moments: ChannelMoments, paddedChannels: Int, scale: UnsafeMutablePointer<Float>,
    shift: UnsafeMutablePointer<Float>
  ) {
    scale.update(repeating: 0, count: paddedChannels)
    shift.update(repeating: 0, count: paddedChannels)
    let count = Double(pixels)
    switch kind {
    case .instance:
      moments.forEach(channels: channels) { channel, sum, squares in
        let (mean, deviation) = Self.statistics(sum: sum, squares: squares, count: count, divisor: count)
        scale[channel] = Float(1 / deviation)
        shift[channel] = Float(-mean / deviation)
      }
    case .layerInstance(let rho, let gamma, let beta):
      var total = 0.0
      var totalSquares = 0.0
      moments.forEach(channels: channels) { _, sum, squares in
        total += sum
        totalSquares += squares
      }
      let all = count * Double(channels)
      let layer = Self.statistics(sum: total, squares: totalSquares, count: all, divisor: all - 1)
      moments.forEach(channels: channels) { channel, sum, squares in
        let own = Self.statistics(sum: sum, squares: squares, count: count, divisor: count - 1)
        let a = Double(rho[channel]) / own.deviation
        let b = (1 - Double(rho[channel])) / layer.deviation
        scale[channel] = Float(Double(gamma[channel]) * (a + b))
        shift[channel] = Float(
          Double(beta[channel]) - Double(gamma[channel]) * (a * own.mean + b * layer.mean))
      }
    case .group(let groups, let gamma, let beta):
      let members = channels / groups
      var sums = (all: 0.0, squares: 0.0)
      moments.forEach(channels: channels) { channel, sum, squares in
        sums = (sums.all + sum, sums.squares + squares)
        guard channel % members == members - 1 else { return }
        let all = count * Double(members)
        let (mean, deviation) = Self.statistics(
          sum: sums.all, squares: sums.squares, count: all, divisor: all)
        for member in channel - members + 1...channel {
          scale[member] = Float(Double(gamma[member]) / deviation)
          shift[member] = Float(Double(beta[member]) - Double(gamma[member]) * mean / deviation)
        }
        sums = (0, 0)
      }
    case .constant(let ownScale, let ownShift):
      scale.update(from: ownScale, count: channels)
      shift.update(from: ownShift, count: channels)
    }
  }

  private static func statistics(
    sum: Double, squares: Double, count: Double, divisor: Double
  ) -> (mean: Double, deviation: Double) {
    let mean = sum / count
    // Rounding of the sums can leave a constant channel a hair below zero.
    let variance = max(squares - sum * mean, 0) / divisor
    return (mean, (variance + epsilon).squareRoot())
  }
}
