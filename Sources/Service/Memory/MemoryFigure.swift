import Synchronization

/// The most memory that a server may have, and whether one time of loading keeps to it.
final class MemoryFigure: Sendable {
  /// In bytes, nil for none.
  let limit: Int?
  /// An error about one model is told of that model, and the next is tried; this one is about all.
  private let isPassed = Atomic(false)

  init(limit: Int?) { self.limit = limit }

  /// - Parameter given: what the operator has set.
  static func standard(given: Int?) -> Int? {
    // The rest is the system's, which counts as the group's what it holds for its sockets and page tables.
    given ?? ControlGroup.memoryLimit.map { $0 / 8 * 7 }
  }

  /// Loading's checkpoint: what ends it for another reason goes before.
  func check(after checkpoint: () throws -> Void) throws {
    try checkpoint()
    try check()
  }

  /// To be called now and then while loading, which takes more for a while than what is loaded.
  /// - Throws: once there was too little, ever after.
  func check(_ anonymousBytes: Int? = ProcessMemory.anonymousBytes) throws(MemoryShortage) {
    guard let limit else { return }
    if let anonymousBytes, anonymousBytes > limit - MemoryDivision.reserve {
      isPassed.store(true, ordering: .relaxed)
    }
    if isPassed.load(ordering: .relaxed) { throw MemoryShortage(loading: limit) }
  }
}
