import Kernels
import Tensors

/// The arenas of one generator shape: one that all threads share, one for each thread alone, and for the full variant
/// what waits between the two halves of a batch.
struct PlannedMemory: Sendable {
  private let sharedPlan: GeneratorPlan
  private let sharedArena: AlignedMemory
  private let privatePlan: GeneratorPlan
  /// The first is the shared one: an image has either all threads or one.
  private var privateArenas: [AlignedMemory]
  private var waiting: BatchMemory?
  private let threads: Int

  init(configuration: GeneratorConfiguration, threads: Int) throws(OutOfMemory) {
    self.threads = threads
    sharedPlan = GeneratorPlan(configuration: configuration, workers: threads)
    privatePlan = GeneratorPlan(configuration: configuration, workers: 1)
    sharedArena = try AlignedMemory(byteCount: max(sharedPlan.count, privatePlan.count) * 4)
    privateArenas = [sharedArena]
  }

  /// Makes room for so many images at once; there is always some for one.
  mutating func prepare(batch: Int) throws(OutOfMemory) {
    if threads > 1 && batch >= threads {
      while privateArenas.count < threads {
        privateArenas.append(try AlignedMemory(byteCount: privatePlan.count * 4))
      }
    }
    if sharedPlan.configuration.variant == .full && batch > 1 && batch > waiting?.images ?? 0 {
      waiting = try BatchMemory(plan: sharedPlan, images: batch)
    }
  }

  func run(_ generator: Generator, _ inputs: [[Float]], pool: ThreadPool) -> [GeneratorOutput] {
    var outputs = inputs.map { _ in GeneratorOutput(of: generator.configuration) }
    outputs.withUnsafeMutableBufferPointer { outputs in
      // Each image writes its own element.
      if let waiting, inputs.count > 1 {
        forEach(inputs.count, generator, pool) { image, run in
          run.encode(inputs[image], into: &outputs[image])
          waiting.keep(run, image: image)
        }
        generator.modulation.run(
          waiting.flat, flatStride: waiting.flatStride, images: inputs.count, into: waiting.styles,
          team: .pool(pool))
        forEach(inputs.count, generator, pool) { image, run in
          waiting.restore(run, image: image)
          run.decode(into: &outputs[image])
        }
      } else {
        forEach(inputs.count, generator, pool) { image, run in
          run.translate(inputs[image], into: &outputs[image])
        }
      }
    }
    return outputs
  }

  /// As many images at a time as there are threads, each in an arena of its own; those left over one after another
  /// with all threads.
  private func forEach(
    _ images: Int, _ generator: Generator, _ pool: ThreadPool, _ body: (_ image: Int, GeneratorRun) -> Void
  ) {
    let alone = images < threads || threads == 1 ? 0 : images / threads * threads
    pool.forEach(alone) { image, worker in
      body(
        image,
        GeneratorRun(
          generator: generator, plan: privatePlan, arena: privateArenas[worker].floats, team: .alone))
    }
    for image in alone..<images {
      body(
        image,
        GeneratorRun(generator: generator, plan: sharedPlan, arena: sharedArena.floats, team: .pool(pool)))
    }
  }
}

extension GeneratorRun {
  fileprivate func translate(_ input: [Float], into output: inout GeneratorOutput) {
    encode(input, into: &output)
    modulate()
    decode(into: &output)
  }

  fileprivate func encode(_ input: [Float], into output: inout GeneratorOutput) {
    let attended = encode(input, heatmap: &output.heatmap)
    output.gapLogit = attended.gapLogit
    output.gmpLogit = attended.gmpLogit
  }

  fileprivate func decode(into output: inout GeneratorOutput) { decode(into: &output.image) }
}

extension GeneratorOutput {
  fileprivate init(of configuration: GeneratorConfiguration) {
    self.init(
      image: [Float](repeating: 0, count: 3 * configuration.imageHeight * configuration.imageWidth),
      heatmap: [Float](repeating: 0, count: configuration.featureHeight * configuration.featureWidth),
      heatmapWidth: configuration.featureWidth, heatmapHeight: configuration.featureHeight, gapLogit: 0,
      gmpLogit: 0)
  }
}
