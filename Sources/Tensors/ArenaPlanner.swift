/// Lays out the memory of an execution plan before any is allocated: regions are claimed for as long as the plan's steps
/// need them, and those that are never alive together share addresses.
public struct ArenaPlanner: Sendable {
  /// A part of the arena, in floats.
  public struct Region: Sendable, Hashable {
    public let offset: Int
    public let count: Int
  }

  /// What will have a region.
  public struct Claim: Sendable, Hashable {
    fileprivate let index: Int
  }

  private struct Need {
    let count: Int
    var life: ClosedRange<Int>
  }

  private var needs: [Need] = []

  public init() {}

  /// Claims a region that is first used in a step.
  public mutating func claim(_ count: Int, at step: Int) -> Claim {
    // Whole cache lines, so that two regions never share one.
    needs.append(Need(count: (count + 15) & ~15, life: step...step))
    return Claim(index: needs.count - 1)
  }

  /// Keeps a region for a later step, and for those between.
  public mutating func use(_ claim: Claim, at step: Int) {
    let life = needs[claim.index].life
    needs[claim.index].life = life.lowerBound...max(life.upperBound, step)
  }

  /// Whether a region is needed both before and after a step.
  public func isAlive(_ claim: Claim, across step: Int) -> Bool {
    let life = needs[claim.index].life
    return life.lowerBound < step && step < life.upperBound
  }

  /// Gives every claim its region: the largest first, each at the lowest address that nothing has meanwhile.
  public func layout() -> ArenaLayout {
    var regions = [Region?](repeating: nil, count: needs.count)
    var end = 0
    // In the order of the claims where they are equally large, so that one plan has one layout.
    for index in needs.indices.sorted(by: { (needs[$1].count, $0) < (needs[$0].count, $1) }) {
      let need = needs[index]
      let taken = needs.indices.lazy.filter { needs[$0].life.overlaps(need.life) }.compactMap { regions[$0] }
      var offset = 0
      for region in taken.sorted(by: { $0.offset < $1.offset }) {
        if region.offset >= offset + need.count { break }
        offset = max(offset, region.offset + region.count)
      }
      regions[index] = Region(offset: offset, count: need.count)
      end = max(end, offset + need.count)
    }
    return ArenaLayout(regions: regions.compactMap { $0 }, count: end)
  }
}

/// Where everything lies in an arena.
public struct ArenaLayout: Sendable {
  fileprivate let regions: [ArenaPlanner.Region]
  /// Floats that the arena must have.
  public let count: Int

  public subscript(claim: ArenaPlanner.Claim) -> ArenaPlanner.Region { regions[claim.index] }
}
