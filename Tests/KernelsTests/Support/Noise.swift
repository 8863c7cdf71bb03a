#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Numbers for a test, from a seed that differs from run to run; a failure prints it, and `UGATIT_TEST_SEED`
/// repeats it.  SplitMix64.
struct Noise: RandomNumberGenerator {
  static let seed: UInt64 =
    getenv("UGATIT_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)

  private var state = Noise.seed

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in [−1, 1), with steps of 2⁻²³, so that every value is exact.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(Int64(next() >> 40) - 0x80_0000) * 0x1p-23 }
  }

  /// Uniform in [−1, 1), rounded to bfloat16: the bits, and the floats that they stand for.
  mutating func bfloats(_ count: Int) -> (bits: [UInt16], values: [Float]) {
    let bits = floats(count).map { UInt16(truncatingIfNeeded: ($0.bitPattern &+ 0x8000) >> 16) }
    return (bits, bits.map { Float(bitPattern: UInt32($0) << 16) })
  }
}
