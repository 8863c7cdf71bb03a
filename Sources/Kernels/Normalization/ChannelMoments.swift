import CKernels
import Tensors

/// Where an operator leaves Σx and Σx² of each channel that it writes.
///
/// Each unit of work has a row of its own, `[unit][Σ or Σ²][padded channels]`; rows are added in order and in
/// double.  So the result does not depend on how many threads there are or which was faster.
public struct ChannelMoments {
  let base: UnsafeMutablePointer<Float>
  let units: Int
  let paddedChannels: Int

  /// Floats that `units` rows take.
  public static func count(units: Int, paddedChannels: Int) -> Int { units * 2 * paddedChannels }

  public init(base: UnsafeMutablePointer<Float>, units: Int, paddedChannels: Int) {
    self.base = base
    self.units = units
    self.paddedChannels = paddedChannels
  }

  /// Zeroes the row of a unit, which then adds to it.
  func clear(unit: Int) {
    (base + unit * 2 * paddedChannels).update(repeating: 0, count: 2 * paddedChannels)
  }

  /// The 16 sums of one block in the row of a unit.
  func block(_ block: Int, unit: Int) -> ug_moments {
    let row = base + unit * 2 * paddedChannels
    return ug_moments(sums: row + block * lanes, squares: row + paddedChannels + block * lanes)
  }

  /// Calls `body(channel, Σx, Σx²)` for each channel in order.
  public func forEach(channels: Int, _ body: (_ channel: Int, _ sum: Double, _ squares: Double) -> Void) {
    for channel in 0..<channels {
      var sum = 0.0
      var squares = 0.0
      for unit in 0..<units {
        sum += Double(base[unit * 2 * paddedChannels + channel])
        squares += Double(base[unit * 2 * paddedChannels + paddedChannels + channel])
      }
      body(channel, sum, squares)
    }
  }
}
