import Kernels
import Tensors

/// The arenas of one generator shape: one that all threads share, and one for each thread alone.
struct PlannedMemory: Sendable {
  private let sharedPlan: GeneratorPlan
  private let sharedArena: AlignedMemory
  private let privatePlan: GeneratorPlan
  private var privateArenas: [AlignedMemory] = []
  private let threads: Int

  init(configuration: GeneratorConfiguration, threads: Int) throws(OutOfMemory) {
    self.threads = threads
    sharedPlan = GeneratorPlan(configuration: configuration, workers: threads)
    privatePlan = GeneratorPlan(configuration: configuration, workers: 1)
    sharedArena = try AlignedMemory(byteCount: sharedPlan.count * 4)
  }

  mutating func addPrivateArenas() throws(OutOfMemory) {
    while privateArenas.count < threads {
      privateArenas.append(try AlignedMemory(byteCount: privatePlan.count * 4))
    }
  }

  func runTogether(_ generator: Generator, _ input: [Float], pool: ThreadPool) -> GeneratorOutput {
    Self.translate(
      GeneratorRun(generator: generator, plan: sharedPlan, arena: sharedArena.floats, team: .pool(pool)),
      input)
  }

  func runAlone(
    _ generator: Generator, _ inputs: ArraySlice<[Float]>, pool: ThreadPool
  ) -> [GeneratorOutput] {
    // Each unit writes its own element.
    [GeneratorOutput](unsafeUninitializedCapacity: inputs.count) { outputs, count in
      let base = outputs.baseAddress
      pool.forEach(inputs.count) { unit, worker in
        let run = GeneratorRun(
          generator: generator, plan: privatePlan, arena: privateArenas[worker].floats, team: .alone)
        (base! + unit).initialize(to: Self.translate(run, inputs[inputs.startIndex + unit]))
      }
      count = inputs.count
    }
  }

  private static func translate(_ run: GeneratorRun, _ input: [Float]) -> GeneratorOutput {
    let configuration = run.plan.configuration
    var attended: GeneratorRun.Attended!
    var image: [Float] = []
    let heatmap = [Float](
      unsafeUninitializedCapacity: configuration.featureHeight * configuration.featureWidth
    ) { heat, heatCount in
      image = [Float](unsafeUninitializedCapacity: input.count) { output, count in
        attended = input.withUnsafeBufferPointer {
          run.translate($0.baseAddress!, into: output.baseAddress!, heatmap: heat.baseAddress!)
        }
        count = input.count
      }
      heatCount = configuration.featureHeight * configuration.featureWidth
    }
    return GeneratorOutput(
      image: image, heatmap: heatmap, heatmapWidth: configuration.featureWidth,
      heatmapHeight: configuration.featureHeight, gapLogit: attended.gapLogit, gmpLogit: attended.gmpLogit)
  }
}
