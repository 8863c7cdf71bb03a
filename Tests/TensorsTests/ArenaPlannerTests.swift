import Testing

@testable import Tensors

@Suite("ArenaPlanner")
struct ArenaPlannerTests {
  typealias Region = ArenaPlanner.Region

  @Test("regions that are alive together never overlap, whatever the claims", arguments: 0..<50)
  func random(round: Int) {
    let seed = UInt64.random(in: 0..<1_000_000)
    var noise = Noise(seed: seed)
    var planner = ArenaPlanner()
    var lives: [ClosedRange<Int>] = []
    var counts: [Int] = []
    var claims: [ArenaPlanner.Claim] = []
    for _ in 0..<60 {
      let first = Int(noise.next() % 40)
      let last = first + Int(noise.next() % 8)
      counts.append(Int(noise.next() % 300))
      claims.append(planner.claim(counts[counts.count - 1], at: first))
      planner.use(claims[claims.count - 1], at: last)
      // An earlier step takes nothing back.
      planner.use(claims[claims.count - 1], at: first)
      lives.append(first...last)
    }
    let layout = planner.layout()
    for (index, claim) in claims.enumerated() {
      let region = layout[claim]
      #expect(region.count >= counts[index] && region.count < counts[index] + 16, "seed \(seed)")
      #expect(region.offset % 16 == 0 && region.count % 16 == 0, "seed \(seed): not whole cache lines")
      #expect(region.offset >= 0 && region.offset + region.count <= layout.count, "seed \(seed): outside")
      for other in claims.indices where other != index && lives[other].overlaps(lives[index]) {
        #expect(!overlap(layout[claims[other]], region), "seed \(seed): \(other) and \(index)")
      }
    }
    // No layout is smaller than what is alive in one step.
    let alive = (0..<50).map { step in
      claims.indices.filter { lives[$0].contains(step) }.reduce(0) { $0 + layout[claims[$1]].count }
    }
    #expect(layout.count >= alive.max() ?? 0, "seed \(seed)")
  }

  @Test("what is never alive together shares memory")
  func reuse() {
    var planner = ArenaPlanner()
    let first = planner.claim(100, at: 0)
    let second = planner.claim(50, at: 0)
    planner.use(second, at: 2)
    let third = planner.claim(100, at: 1)
    let layout = planner.layout()
    #expect(layout[first] == Region(offset: 0, count: 112))
    #expect(layout[third] == layout[first])
    #expect(layout[second] == Region(offset: 112, count: 64))
    #expect(layout.count == 112 + 64)
  }

  @Test("a large region does not lie behind a small one that came first")
  func largestFirst() {
    var planner = ArenaPlanner()
    let small = planner.claim(16, at: 0)
    let large = planner.claim(160, at: 0)
    planner.use(large, at: 1)
    let next = planner.claim(80, at: 1)
    let last = planner.claim(160, at: 2)
    let layout = planner.layout()
    #expect([small, large, next, last].map { layout[$0].offset } == [160, 0, 160, 0])
    #expect(layout.count == 240)
  }

  @Test("what is needed before and after a step is alive across it")
  func across() {
    var planner = ArenaPlanner()
    let claim = planner.claim(1, at: 2)
    planner.use(claim, at: 5)
    #expect((0..<8).map { planner.isAlive(claim, across: $0) } == (0..<8).map { 2 < $0 && $0 < 5 })
  }

  private func overlap(_ a: Region, _ b: Region) -> Bool {
    a.count > 0 && b.count > 0 && a.offset < b.offset + b.count && b.offset < a.offset + a.count
  }
}

/// SplitMix64: the same numbers from the same seed.
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
