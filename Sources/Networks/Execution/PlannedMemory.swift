import Kernels
import Tensors

/// The arenas of one network: one that all threads share, one for each thread alone, and what waits between the two
/// halves of a batch where a step is done for all its images at once.
struct PlannedMemory: Sendable {
  private let sharedPlan: ExecutionPlan
  private let privatePlan: ExecutionPlan
  /// The first is the shared one too: an image has either all threads or one.
  private var arenas: [AlignedMemory] = []
  private var waiting: BatchMemory?
  private let threads: Int

  /// Lays it out, and allocates nothing.
  init(network: Network, threads: Int) {
    self.threads = threads
    sharedPlan = ExecutionPlan(network: network, workers: threads)
    privatePlan = ExecutionPlan(network: network, workers: 1)
  }

  /// Bytes that it has, or would have if it had room for so many images at once.
  func byteCount(batch: Int) -> Int {
    let arenas = max(arenas.count, arenaCount(batch: batch))
    let images = max(waiting?.images ?? 0, batch > 1 ? batch : 0)
    let between = sharedPlan.batchedStep.map { images > 0 ? BatchMemory.byteCount($0, images: images) : 0 }
    return sharedByteCount + (arenas - 1) * privatePlan.count * 4 + (between ?? 0)
  }

  private var sharedByteCount: Int { max(sharedPlan.count, privatePlan.count) * 4 }

  private func arenaCount(batch: Int) -> Int { batch >= threads ? threads : 1 }

  /// Makes room for so many images at once.
  mutating func prepare(batch: Int) throws(OutOfMemory) {
    while arenas.count < arenaCount(batch: batch) {
      arenas.append(
        try AlignedMemory(byteCount: arenas.isEmpty ? sharedByteCount : privatePlan.count * 4))
    }
    if let step = sharedPlan.batchedStep, batch > 1 && batch > waiting?.images ?? 0 {
      waiting = try BatchMemory(step, images: batch)
    }
  }

  /// - Precondition: the network leads to the goal, and something was prepared.
  func run(
    _ network: PackedNetwork, _ inputs: [[Float]], to goal: Goal, pool: ThreadPool
  ) -> [NetworkOutput] {
    guard let end = network.network.stepCount(to: goal) else {
      preconditionFailure("the network does not lead to the goal")
    }
    var outputs = inputs.map { _ in NetworkOutput(of: network.network, sharedPlan, to: goal) }
    outputs.withUnsafeMutableBufferPointer { outputs in
      // Each image writes its own element.
      let step = sharedPlan.batchedStep.flatMap { $0.index < end ? $0 : nil }
      if let step, let waiting, 2...waiting.images ~= inputs.count {
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

  /// As many images at a time as there are threads, each in an arena of its own, if there are so many; those left over
  /// one after another with all threads.
  private func forEach(
    _ images: Int, _ network: PackedNetwork, _ pool: ThreadPool, _ body: (_ image: Int, NetworkRun) -> Void
  ) {
    let alone = arenas.count < threads || threads == 1 ? 0 : images / threads * threads
    pool.forEach(alone) { image, worker in
      body(
        image,
        NetworkRun(
          network: network, plan: privatePlan, arena: arenas[worker].floats, team: .alone))
    }
    for image in alone..<images {
      body(
        image,
        NetworkRun(network: network, plan: sharedPlan, arena: arenas[0].floats, team: .pool(pool)))
    }
  }
}
