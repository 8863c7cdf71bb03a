#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The random numbers of PyTorch's generator on CPUs (`torch.Generator`), so that what is drawn here and by
/// models/training is the same: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), and what
/// `torch.randint`, `torch.randperm` and `torch.randn` make of its words.
struct TorchRandom {
  private var state: [UInt32]
  private var next = Self.length

  private static let length = 624
  private static let middle = 397

  /// As `manual_seed`, which takes 32 bits of a seed.
  init(seed: UInt32) {
    state = [seed]
    for index in 1..<UInt32(Self.length) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ index)
    }
  }

  /// 32 random bits.
  mutating func word() -> UInt32 {
    if next == Self.length { renew() }
    var word = state[next]
    next += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  private mutating func renew() {
    for index in 0..<Self.length {
      let bits = state[index] & 0x8000_0000 | state[(index + 1) % Self.length] & 0x7FFF_FFFF
      let twisted = bits >> 1 ^ (bits & 1 == 0 ? 0 : 0x9908_B0DF)
      state[index] = state[(index + Self.middle) % Self.length] ^ twisted
    }
    next = 0
  }

  /// `torch.randint(limit, (count,))`.
  mutating func integers(below limit: Int, count: Int) -> [Int] {
    (0..<count).map { _ in Int(word()) % limit }
  }

  /// `torch.randperm(count)`.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in 0..<max(0, count - 1) { order.swapAt(index, index + Int(word()) % (count - index)) }
    return order
  }

  /// `torch.randn(count)`, which makes sixteen at a time by the transform of Box and Muller.
  /// - Precondition: `count` is a multiple of 16.
  mutating func normals(_ count: Int) -> [Float] {
    precondition(count % 16 == 0)
    var values = (0..<count).map { _ in Float(word() & 0xFF_FFFF) * 0x1p-24 }
    for start in stride(from: 0, to: count, by: 16) {
      for index in start..<start + 8 {
        let radius = sqrt(-2 * log(1 - values[index]))
        let angle = 2 * Float.pi * values[index + 8]
        (values[index], values[index + 8]) = (radius * cos(angle), radius * sin(angle))
      }
    }
    return values
  }
}
