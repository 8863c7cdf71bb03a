/// SplitMix64: random enough, and the same for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Ways to cut `bytes`: whole, byte by byte, and at random places.
func splits(of bytes: [UInt8], seed: UInt64, random count: Int = 20) -> [[[UInt8]]] {
  var generator = SeededGenerator(seed: seed)
  var result = [[bytes], bytes.map { [$0] }]
  for _ in 0..<count {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = Int.random(in: 1...Swift.max(1, Swift.min(rest.count, 40)), using: &generator)
      pieces.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    result.append(pieces)
  }
  return result
}
