import Testing

@testable import Tensors

@Suite("ArenaPlanner")
struct ArenaPlannerTests {
  typealias Region = ArenaPlanner.Region

  @Test("claims and releases in any order: live regions never overlap", arguments: 0..<50)
  func random(round: Int) {
    let seed = UInt64.random(in: 0..<1_000_000)
    var noise = Noise(seed: seed)
    var planner = ArenaPlanner()
    var live: [Region] = []
    for step in 0..<200 {
      if live.isEmpty || noise.next() % 5 < 3 {
        let count = Int(noise.next() % 300)
        let region = planner.claim(count)
        let what = "step \(step), seed \(seed)"
        #expect(region.count >= count, "\(what)")
        #expect(region.offset % 16 == 0 && region.count % 16 == 0, "\(what): not whole cache lines")
        #expect(region.offset >= 0 && region.offset + region.count <= planner.count, "\(what): outside")
        #expect(!live.contains { overlap($0, region) }, "\(what): overlaps a live region")
        live.append(region)
      } else {
        planner.release(live.remove(at: Int(noise.next() % UInt64(live.count))))
      }
    }
    // Everything given back is one gap again: the whole arena can be claimed without growing it.
    for region in live { planner.release(region) }
    let count = planner.count
    #expect(planner.claim(count) == Region(offset: 0, count: count), "seed \(seed)")
    #expect(planner.count == count, "seed \(seed)")
  }

  @Test("what is never alive together shares memory")
  func reuse() {
    var planner = ArenaPlanner()
    let first = planner.claim(100)
    let second = planner.claim(50)
    planner.release(first)
    #expect(planner.claim(100).offset == first.offset)
    #expect(planner.count == 112 + 64)
    // A gap at the end grows instead of staying empty.
    planner.release(second)
    #expect(planner.claim(200) == Region(offset: 112, count: 208))
    #expect(planner.count == 112 + 208)
  }

  @Test("neighbouring gaps become one")
  func merging() {
    var planner = ArenaPlanner()
    let regions = (0..<3).map { _ in planner.claim(16) }
    _ = planner.claim(16)
    for index in [0, 2, 1] { planner.release(regions[index]) }
    #expect(planner.claim(48) == Region(offset: 0, count: 48))
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
