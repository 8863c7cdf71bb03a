import Dispatch
import HTTP
import Synchronization

/// One body that is arriving.
final class ArrivingBody: Sendable {
  let id: UInt64
  let lease: MemoryBudget.Lease
  private let progress: Mutex<(pace: HTTP.Pace, length: Int)>
  private let leaving = AsyncStream<Void>.makeStream()
  private let ending = AsyncStream<Void>.makeStream()

  init(id: UInt64, _ lease: MemoryBudget.Lease, _ pace: HTTP.Pace) {
    self.id = id
    self.lease = lease
    var pace = pace
    pace.wait(Self.now)
    progress = Mutex((pace, 0))
  }

  static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// From when on it is too slow.
  var deadline: UInt64 { progress.withLock { $0.pace.deadline } }

  /// - Parameter length: of what has come since the beginning.
  func arrived(upTo length: Int) {
    progress.withLock { progress in
      progress.pace.credit(length - progress.length, Self.now)
      progress.length = length
    }
  }

  func giveWay() { leaving.continuation.yield() }

  /// Its memory is free, or somebody else's.
  func end() { ending.continuation.finish() }

  /// Waits for that.
  func ended() async { for await _ in ending.stream {} }

  /// Runs `read` and gives up on it when the body has to give way.
  func untilItGivesWay<Value: Sendable>(
    _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let stream = leaving.stream
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await read() }
      group.addTask {
        for await _ in stream { throw Problem.gaveWay }
        return nil
      }
      defer { group.cancelAll() }
      // The other ends without a value only when all is cancelled.
      guard let value = try await group.next(), let value else { throw CancellationError() }
      return value
    }
  }
}
