/// Counts the connections of a server, in all and by address.  Runs on the listener's loop.
actor ConnectionLedger {
  enum Admission: Equatable {
    case admitted
    /// Take the connection only to tell its client why it is refused.
    case refused(RefusalReason)
    /// There are too many even for that.
    case dropped
  }

  private nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let maximum: Int
  private let maximumPerAddress: Int?
  private var count = 0
  private var countByAddress: [String: Int] = [:]
  private var isClosing = false
  /// Is fulfilled when the last connection ends after `close`.
  nonisolated let empty = OneShot<Void>()

  /// Connections over the limit that are held just long enough to be told.
  private static let refusalAllowance = 256

  init(maximum: Int, maximumPerAddress: Int?, loop: EventLoop) {
    self.maximum = maximum
    self.maximumPerAddress = maximumPerAddress
    self.loop = loop
  }

  /// Every admitted or refused (not dropped) connection is given back by `release`.
  func admit(_ address: String) -> Admission {
    if isClosing || count >= maximum + Self.refusalAllowance { return .dropped }
    let fromAddress = countByAddress[address, default: 0]
    count += 1
    countByAddress[address] = fromAddress + 1
    if let maximumPerAddress, fromAddress >= maximumPerAddress { return .refused(.addressLimit) }
    return count > maximum ? .refused(.connectionLimit) : .admitted
  }

  /// May be called from any loop.
  nonisolated func release(_ address: String) {
    loop.queue.async { self.assumeIsolated { $0.remove(address) } }
  }

  private func remove(_ address: String) {
    count -= 1
    if let fromAddress = countByAddress[address] {
      countByAddress[address] = fromAddress > 1 ? fromAddress - 1 : nil
    }
    if isClosing, count == 0 { empty.fulfil(()) }
  }

  /// Admits nobody from now on.
  func close() {
    isClosing = true
    if count == 0 { empty.fulfil(()) }
  }
}
