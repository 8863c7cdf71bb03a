import Tensors
import Testing

@testable import Kernels

/// Blocked activations in guarded memory.
final class GuardedTensor {
  private let memory: GuardedMemory<Float>
  let tensor: BlockedTensor

  /// Activations with these values.
  init(planar values: [Float], _ shape: BlockedShape) {
    memory = GuardedMemory(repeating: 0, count: shape.count)
    tensor = BlockedTensor(base: memory.base, shape: shape)
    tensor.fill(planar: values)
  }

  /// Activations that nobody has written yet.
  init(_ shape: BlockedShape) {
    memory = .output(shape.count)
    tensor = BlockedTensor(base: memory.base, shape: shape)
  }

  /// Bits of all values, those of channels that only fill up a block included.
  var bits: [UInt32] { memory.array.map(\.bitPattern) }

  /// Whether the channels that only fill up the last block are zero at every pixel.
  var paddingIsZero: Bool {
    let shape = tensor.shape
    return (shape.channels..<shape.paddedChannels).allSatisfy { channel in
      let source = tensor.block(channel / lanes) + channel % lanes
      return (0..<shape.pixels).allSatisfy { source[$0 * lanes] == 0 }
    }
  }
}

/// A normalisation in guarded memory, zero for channels that only fill up a block, as plans have it.
final class GuardedAffine {
  let scale: [Float]
  let shift: [Float]
  let floor: Float
  private let scaleMemory: GuardedMemory<Float>
  private let shiftMemory: GuardedMemory<Float>

  init(channels: Int, floor: Float, noise: inout Noise) {
    // Not around zero: a normalisation divides by a deviation.
    scale = noise.floats(channels).map { $0 + 1.5 }
    shift = noise.floats(channels)
    self.floor = floor
    let padding = [Float](repeating: 0, count: (lanes - channels % lanes) % lanes)
    scaleMemory = GuardedMemory(scale + padding)
    shiftMemory = GuardedMemory(shift + padding)
  }

  var affine: Affine { Affine(scale: scaleMemory.base, shift: shiftMemory.base, floor: floor) }
}

/// Memory that an operator needs beside its tensors, none of it zeroed: operators must not rely on that.
final class GuardedWorkspace {
  private let areas: [GuardedMemory<Float>]
  private let momentsMemory: GuardedMemory<Float>
  let moments: ChannelMoments

  init(scratch: Int = 0, units: Int = 0, paddedChannels: Int = 0, team: Team) {
    areas = (0..<team.width).map { _ in .output(scratch) }
    momentsMemory = .output(ChannelMoments.count(units: units, paddedChannels: paddedChannels))
    moments = ChannelMoments(base: momentsMemory.base, units: units, paddedChannels: paddedChannels)
  }

  func scratch(_ worker: Int) -> UnsafeMutablePointer<Float> { areas[worker].base }

  var momentBits: [UInt32] { momentsMemory.array.map(\.bitPattern) }

  /// The first channel whose Σ or Σ² is not that of `y`, in words.
  func momentsMismatch(_ y: BlockedTensor) -> String? {
    let values = y.planar()
    let pixels = y.shape.pixels
    var wrong: String?
    moments.forEach(channels: y.shape.channels) { channel, sum, squares in
      var (exact, exactSquares, magnitude) = (0.0, 0.0, 0.0)
      for value in values[channel * pixels..<(channel + 1) * pixels] {
        exact += Double(value)
        exactSquares += Double(value) * Double(value)
        magnitude += Double(value.magnitude)
      }
      let unit = 1.01 * Double(pixels + 2) * Expectation.unit
      if !((sum - exact).magnitude <= unit * magnitude) {
        wrong = wrong ?? "Σ[\(channel)] is \(sum), not \(exact)"
      }
      if !((squares - exactSquares).magnitude <= unit * exactSquares) {
        wrong = wrong ?? "Σ²[\(channel)] is \(squares), not \(exactSquares)"
      }
    }
    return wrong
  }
}

/// Everyone who can work on an image: one thread alone, and pools of one to three.
final class Teams {
  private let pools = (1...3).map { ThreadPool(width: $0) }
  let all: [Team]

  init() { all = [.alone] + pools.map { .pool($0) } }

  deinit { for pool in pools { pool.stop() } }
}

/// Runs an operator with every team, and checks that all leave the same bits.
func forEveryTeam(
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ run: (Team) -> [UInt32]
) {
  let teams = Teams()
  var first: [UInt32]?
  for team in teams.all {
    let bits = run(team)
    if let first, first != bits {
      Issue.record(
        "\(what): \(team.width) threads give other bits than one alone", sourceLocation: sourceLocation)
    }
    first = first ?? bits
  }
}
