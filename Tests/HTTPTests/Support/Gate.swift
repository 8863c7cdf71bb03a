/// Lets so many in at a time.
///
/// Every waiting `RawClient` blocks a thread, and Dispatch has 255 of them, for the servers as well.  If hundreds of
/// tests ran at once, none would be left for the servers, and every client would wait in vain.
actor Gate {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func leave() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().resume()
    }
  }

  nonisolated func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
    await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  /// For servers of tests, each of which has a few clients.
  static let servers = Gate(16)
}
