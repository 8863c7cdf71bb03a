/// Who works on one image: all threads of a pool, unit by unit, or one thread alone with a scratch area of its own.
/// The operators are written once for both.
public enum Team: Sendable {
  case pool(ThreadPool)
  case alone

  /// Scratch areas that an operator needs.
  public var width: Int {
    switch self {
    case .pool(let pool): pool.width
    case .alone: 1
    }
  }

  /// Calls `body(unit, worker)` once for every unit in `0..<count`; see `ThreadPool.forEach`.
  public func forEach(_ count: Int, _ body: (_ unit: Int, _ worker: Int) -> Void) {
    switch self {
    case .pool(let pool): pool.forEach(count, body)
    case .alone: for unit in 0..<count { body(unit, 0) }
    }
  }
}
