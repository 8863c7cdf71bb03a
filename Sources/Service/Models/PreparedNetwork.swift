import Networks

/// A network for which an engine has laid out memory; what was laid out goes with the last reference.
final class PreparedNetwork: Sendable {
  private let network: PackedNetwork
  private let engine: Engine

  /// - Parameter batch: most images at once.
  /// - Throws: `OutOfMemory`.
  init(_ network: PackedNetwork, on engine: Engine, batch: Int) throws {
    self.network = network
    self.engine = engine
    try engine.prepare(network, batch: batch)
  }

  deinit { engine.release(network) }

  /// - Parameter size: of the images; the network's own when nil.
  func run(_ inputs: [[Float]], to goal: Goal = .image, at size: ImageSize? = nil) throws -> [NetworkOutput] {
    try engine.run(network, inputs, to: goal, at: size)
  }

  /// Finds that it can be run on images of a size.
  func check(_ size: ImageSize) throws(ImageSizeError) { try engine.check(network, at: size) }

  /// What the network draws, with what discriminators say of it.
  func run(_ inputs: [[Float]], judgedBy judges: [PreparedNetwork]) throws -> [NetworkOutput] {
    var outputs = try run(inputs)
    for judge in judges {
      for (index, verdict) in try judge.run(outputs.map(\.image)).enumerated() {
        outputs[index].verdicts.append(Verdict(verdict))
      }
    }
    return outputs
  }
}
