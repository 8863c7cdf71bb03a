import CKernels

/// The multiply-add peak of this machine, now: what benchmarks call 100 %.
public enum PeakMeasurement {
  /// The most floating-point operations per second of f32 that all threads of the team reach in `runs` tries.
  public static func operationsPerSecond(_ instructionSet: InstructionSet, team: Team, runs: Int = 5)
    -> Double
  {
    let kernel = instructionSet.kernels.pointee.fma_peak!
    let iterations = 1_000_000
    let operations = Double(team.width) * kernel(iterations)
    let fastest = (0..<runs).map { _ in
      ContinuousClock().measure { team.forEach(team.width) { _, _ in _ = kernel(iterations) } }
    }.min()!
    return operations / (fastest / .seconds(1))
  }
}
