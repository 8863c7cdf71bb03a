import Kernels
import Tensors

/// The arenas of one network: one that all threads share, one for each thread alone, and what waits between the two
/// halves of a batch where a step is done for all its images at once.
struct PlannedMemory: Sendable {
  private let sharedPlan: ExecutionPlan
  private let sharedArena: AlignedMemory
  private let privatePlan: ExecutionPlan
  /// The first is the shared one: an image has either all threads or one.
  private var privateArenas: [AlignedMemory]
  private var waiting: BatchMemory?
  private let threads: Int

  init(network: Network, threads: Int) throws(OutOfMemory) {
    self.threads = threads
    sharedPlan = ExecutionPlan(network: network, workers: threads)
    privatePlan = ExecutionPlan(network: network, workers: 1)
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
    if let step = sharedPlan.batchedStep, batch > 1 && batch > waiting?.images ?? 0 {
      waiting = try BatchMemory(step, images: batch)
    }
  }

  /// - Precondition: the network leads to the goal.
  func run(
    _ network: PackedNetwork, _ inputs: [[Float]], to goal: Goal, pool: ThreadPool
  ) -> [NetworkOutput] {
    guard let end = network.network.stepCount(to: goal) else {
      preconditionFailure("the network does not lead to the goal")
    }
    var outputs = inputs.map { _ in NetworkOutput(of: network.network, sharedPlan, to: goal) }
    outputs.withUnsafeMutableBufferPointer { outputs in
      // Each image writes its own element.
      if let waiting, let step = sharedPlan.batchedStep, step.index < end, inputs.count > 1 {
        forEach(inputs.count, network, pool) { image, run in
          run.run(0..<step.index, inputs[image], into: &outputs[image])
          waiting.keep(run, image: image)
        }
        waiting.modulate(network, images: inputs.count, team: .pool(pool))
        forEach(inputs.count, network, pool) { image, run in
          waiting.restore(run, image: image)
          run.run(step.index + 1..<end, inputs[image], into: &outputs[image])
        }
      } else {
        forEach(inputs.count, network, pool) { image, run in
          run.run(0..<end, inputs[image], into: &outputs[image])
        }
      }
    }
    return outputs
  }

  /// As many images at a time as there are threads, each in an arena of its own; those left over one after another
  /// with all threads.
  private func forEach(
    _ images: Int, _ network: PackedNetwork, _ pool: ThreadPool, _ body: (_ image: Int, NetworkRun) -> Void
  ) {
    let alone = images < threads || threads == 1 ? 0 : images / threads * threads
    pool.forEach(alone) { image, worker in
      body(
        image,
        NetworkRun(
          network: network, plan: privatePlan, arena: privateArenas[worker].floats, team: .alone))
    }
    for image in alone..<images {
      body(
        image,
        NetworkRun(network: network, plan: sharedPlan, arena: sharedArena.floats, team: .pool(pool)))
    }
  }
}
