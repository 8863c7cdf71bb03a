/// Lays out the memory of an execution plan before any is allocated: regions are claimed and released in the
/// order in which the plan will use them, and those that are never alive together share addresses.
public struct ArenaPlanner: Sendable {
  /// A part of the arena, in floats.
  public struct Region: Sendable, Hashable {
    public let offset: Int
    public let count: Int
  }

  private var free: [Region] = []
  /// Floats that the arena must have.
  public private(set) var count = 0

  public init() {}

  /// Claims the first gap that is large enough, else grows the arena.
  public mutating func claim(_ count: Int) -> Region {
    // Whole cache lines, so that two regions never share one.
    let rounded = (count + 15) & ~15
    if let index = free.firstIndex(where: { $0.count >= rounded }) {
      let gap = free[index]
      if gap.count == rounded {
        free.remove(at: index)
      } else {
        free[index] = Region(offset: gap.offset + rounded, count: gap.count - rounded)
      }
      return Region(offset: gap.offset, count: rounded)
    }
    if let last = free.last, last.offset + last.count == self.count {
      free.removeLast()
      self.count = last.offset + rounded
      return Region(offset: last.offset, count: rounded)
    }
    defer { self.count += rounded }
    return Region(offset: self.count, count: rounded)
  }

  /// Gives a region back and merges it with the gaps beside it.
  public mutating func release(_ region: Region) {
    // An empty region lies inside or beside others and would keep them from merging.
    guard region.count > 0 else { return }
    free.append(region)
    free.sort { $0.offset < $1.offset }
    var merged: [Region] = []
    for gap in free {
      if let last = merged.last, last.offset + last.count == gap.offset {
        merged[merged.count - 1] = Region(offset: last.offset, count: last.count + gap.count)
      } else {
        merged.append(gap)
      }
    }
    free = merged
  }
}
