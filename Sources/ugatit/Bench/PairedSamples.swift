import Kernels

/// Repeated measurements of one thing, and of the machine's peak in turns with them: a machine that others share may
/// be twice as fast a second later.
struct PairedSamples {
  /// Of the thing that is measured.
  let samples: Samples
  /// Floating-point operations per second of fused multiply-adds in f32: the median of the turns.
  let peak: Double

  /// Runs each in turns, after one run of `body` that is not counted: `runs` times, and as often as begins within
  /// `seconds`.
  static func measure(
    runs: Int, seconds least: Double = 0, instructionSet: InstructionSet, pool: ThreadPool,
    _ body: () throws -> Void
  ) rethrows -> PairedSamples {
    try measure(runs: runs, seconds: least, instructionSet: instructionSet, pool: pool, body, between: {})
  }

  /// - Parameter other: what has its turn between them, and is not counted.
  static func measure(
    runs: Int, seconds least: Double = 0, instructionSet: InstructionSet, pool: ThreadPool,
    _ body: () throws -> Void, between other: () throws -> Void
  ) rethrows -> PairedSamples {
    try body()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(least)
    var seconds: [Double] = []
    var peaks: [Double] = []
    while seconds.count < runs || clock.now < end {
      // The better of two, for the first may have to wake the threads.
      peaks.append(PeakMeasurement.operationsPerSecond(instructionSet, team: .pool(pool), runs: 2))
      try other()
      seconds.append(try clock.measure(body) / .seconds(1))
    }
    return PairedSamples(samples: Samples(seconds), peak: Samples(peaks).median)
  }
}
