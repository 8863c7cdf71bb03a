/// A weight tensor of a network by its public name, without the network's own (`genA2B.`).
public struct Parameter: Sendable, Hashable {
  public let name: String
  public let shape: [Int]
  let role: Role

  /// What a weight does, and so which numbers keep the activations of a random network in the order of 1.
  enum Role: Sendable, Hashable {
    /// Of a sum over all axes but the first, whose variance it multiplies by a third of the gain.
    case product(gain: Double)
    /// Added to each channel.
    case bias
    /// ρ: how much of the channel's own statistics.
    case mixing
    /// γ and β per channel.
    case scale
    case shift
    /// u and v of a spectral normalisation, which follow from its weight: random ones make a network that nobody trained.
    case direction
    /// The same for every channel and every network: what a step is written for, not what was learned.
    case constant([Float])
  }

  /// A weight of a convolution or a classifier.
  static func weight(_ name: String, _ shape: [Int]) -> Parameter {
    Parameter(name: name, shape: shape, role: .product(gain: 3))
  }

  /// A fixed filter of each channel by itself, the product of these taps with themselves.
  static func filter(_ name: String, channels: Int, taps: [Float]) -> Parameter {
    Parameter(
      name: name, shape: [channels, 1, taps.count, taps.count],
      role: .constant(taps.flatMap { row in taps.map { row * $0 } }))
  }

  /// One number per channel.
  static func perChannel(_ name: String, _ role: Role, channels: Int) -> Parameter {
    Parameter(name: name, shape: [1, channels, 1, 1], role: role)
  }
}
