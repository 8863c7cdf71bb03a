import HTTP
import Synchronization

/// The bodies that are arriving, and the memory that they have taken before they came.
///
/// A client that has been promised memory and then sends little keeps others from theirs.  Where there is not enough for
/// a new body, those give way that have arrived too slowly, those first that have been too slow for longest; where that
/// would not be enough either, all stay, and the new one is refused.
final class ArrivingBodies: Sendable {
  private let pace: HTTP.Pace
  private let state = Mutex<(bodies: [UInt64: ArrivingBody], lastID: UInt64)>(([:], 0))

  /// What is asked of a body while others wait for its memory: no more than 5 seconds of silence, and 64 KiB a second,
  /// at which the largest body of the standard limit has arrived in nine minutes.
  static let pace = HTTP.Pace(patience: 5_000_000_000, rate: 64 << 10)

  init(pace: HTTP.Pace = ArrivingBodies.pace) { self.pace = pace }

  var count: Int { state.withLock { $0.bodies.count } }

  func join(_ lease: MemoryBudget.Lease) -> ArrivingBody {
    state.withLock { state in
      state.lastID += 1
      let body = ArrivingBody(id: state.lastID, lease, pace)
      state.bodies[body.id] = body
      return body
    }
  }

  func leave(_ body: ArrivingBody) { state.withLock { $0.bodies[body.id] = nil } }

  /// Has slow bodies give way, and waits until their memory is free.
  ///
  /// - Parameters:
  ///   - shortage: bytes that they are to have together; if they have not, all stay.
  ///   - own: the body that asks, if it is one of them.
  ///   - now: those are slow whose deadline has passed by then.
  /// - Returns: whether they had.
  func giveWay(_ shortage: Int, besides own: ArrivingBody?, now: UInt64 = ArrivingBody.now) async -> Bool {
    let leaving: [ArrivingBody]? = state.withLock { state in
      let slow = state.bodies.values.filter { $0 !== own && $0.deadline <= now }
        .sorted { $0.deadline < $1.deadline }
      var freed = 0
      let leaving = slow.prefix { body in
        defer { freed += body.lease.bytes }
        return freed < shortage
      }
      guard leaving.reduce(0, { $0 + $1.lease.bytes }) >= shortage else { return nil }
      // Nobody else counts on them.
      for body in leaving { state.bodies[body.id] = nil }
      return Array(leaving)
    }
    guard let leaving else { return false }
    for body in leaving { body.giveWay() }
    for body in leaving { await body.ended() }
    return true
  }
}

extension MemoryBudget {
  /// How often a newcomer looks again when somebody else has taken what was made free.
  private static let attempts = 3

  /// Reads a body that is accounted for, until it is there or has to give way.
  ///
  /// - Parameter read: reads the body of the request that it is handed; what it makes of it keeps the lease.
  /// - Throws: `Problem.noMemory` where there is none for it; `Problem.gaveWay`; or what `read` throws.
  func receive<Value: Sendable>(
    _ request: Request, _ read: @escaping @Sendable (Request, Lease) async throws -> Value
  ) async throws -> Value {
    let declaredLength = request.body.declaredLength
    guard let lease = await takeForBody(declaredLength ?? 0) else { throw Problem.noMemory }
    let body = arriving.join(lease)
    let counted = request.withBody(accountedBy: { length in
      body.arrived(upTo: length)
      // A body that does not tell its length takes memory by the megabyte, and twice as much as it has: what grows is
      // copied from one place to another.
      let needed = declaredLength ?? 2 * ((length | (1 << 20 - 1)) + 1)
      guard needed > lease.bytes else { return }
      guard await self.grow(body, to: needed) else { throw Problem.noMemory }
    })
    defer { body.end() }
    do {
      defer { arriving.leave(body) }
      return try await body.untilItGivesWay { try await read(counted, lease) }
    } catch {
      // Before anybody is told that it has ended.
      _ = lease.resize(to: 0)
      throw error
    }
  }

  private func takeForBody(_ bytes: Int) async -> Lease? {
    for _ in 0..<Self.attempts {
      if let lease = takeLong(bytes) { return lease }
      guard await arriving.giveWay(shortage(ofLong: bytes), besides: nil) else { return nil }
    }
    return takeLong(bytes)
  }

  private func grow(_ body: ArrivingBody, to bytes: Int) async -> Bool {
    for _ in 0..<Self.attempts {
      if body.lease.resize(to: bytes) { return true }
      let shortage = shortage(ofLong: bytes - body.lease.bytes)
      guard await arriving.giveWay(shortage, besides: body) else { return false }
    }
    return body.lease.resize(to: bytes)
  }
}
