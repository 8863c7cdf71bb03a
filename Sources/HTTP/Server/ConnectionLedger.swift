import Synchronization

/// Counts the connections of a server, in all and by address.
final class ConnectionLedger: Sendable {
  enum Admission: Equatable {
    case admitted
    /// Take the connection only to tell its client why it is refused.
    case refused(RefusalReason)
    /// There are too many even for that.
    case dropped
  }

  private struct State {
    var count = 0
    var countByAddress: [String: Int] = [:]
    var isClosing = false
  }

  private let maximum: Int
  private let maximumPerAddress: Int?
  private let state = Mutex(State())
  /// Is fulfilled when the last connection ends after `close`.
  let empty = OneShot<Void>()

  /// Connections over the limit that are held just long enough to be told.
  private static let refusalAllowance = 256

  init(maximum: Int, maximumPerAddress: Int?) {
    self.maximum = maximum
    self.maximumPerAddress = maximumPerAddress
  }

  /// Every admitted or refused (not dropped) connection is given back by `release`.
  func admit(_ address: String) -> Admission {
    state.withLock { state in
      if state.isClosing || state.count >= maximum + Self.refusalAllowance { return .dropped }
      let fromAddress = state.countByAddress[address, default: 0]
      state.count += 1
      state.countByAddress[address] = fromAddress + 1
      if let maximumPerAddress, fromAddress >= maximumPerAddress { return .refused(.addressLimit) }
      return state.count > maximum ? .refused(.connectionLimit) : .admitted
    }
  }

  func release(_ address: String) {
    let isLast = state.withLock { state in
      state.count -= 1
      if let count = state.countByAddress[address] {
        state.countByAddress[address] = count > 1 ? count - 1 : nil
      }
      return state.isClosing && state.count == 0
    }
    if isLast { empty.fulfil(()) }
  }

  /// Admits nobody from now on.
  func close() {
    let isEmpty = state.withLock { state in
      state.isClosing = true
      return state.count == 0
    }
    if isEmpty { empty.fulfil(()) }
  }
}
