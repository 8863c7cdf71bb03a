import Kernels
import Networks

/// A generator with seeded random weights, and a batch of noise to run it on.  Speed does not depend on either.
struct NetworkBenchmark {
  let generator: Generator
  private let engine: Engine
  private let images: [[Float]]

  /// - Throws: `OutOfMemory`.
  init(_ configuration: GeneratorConfiguration, precision: Precision, batch: Int, threads: Int) throws {
    generator = try Generator(
      weights: SeededWeights(configuration: configuration, seed: 1), configuration: configuration,
      precision: precision, threads: threads)
    engine = Engine(threads: threads)
    let image = SeededWeights.image(
      height: configuration.imageHeight, width: configuration.imageWidth, seed: 1)
    images = [[Float]](repeating: image, count: batch)
  }

  /// Translates the batch once.
  @discardableResult
  func run() throws -> [GeneratorOutput] { try engine.run(generator, images) }
}
