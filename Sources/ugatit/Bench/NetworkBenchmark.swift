import Kernels
import Networks

/// A network with seeded random weights, and a batch of noise to run it on.  Speed does not depend on either.
struct NetworkBenchmark {
  let network: PackedNetwork
  private let engine: Engine
  private let images: [[Float]]

  /// - Throws: `OutOfMemory`.
  init(_ network: Network, precision: ComputePrecision, batch: Int, threads: Int) throws {
    self.network = try PackedNetwork(
      weights: SeededWeights(network: network, seed: 1), network: network,
      precision: precision, threads: threads)
    engine = Engine(threads: threads)
    let image = SeededWeights.image(
      height: network.imageHeight, width: network.imageWidth, seed: 1)
    images = [[Float]](repeating: image, count: batch)
  }

  /// Takes the batch to its goal once.
  @discardableResult
  func run(to goal: Goal = .image) throws -> [NetworkOutput] { try engine.run(network, images, to: goal) }
}
