/// Counts the connections of a server, in all and by address.  Runs on the listener's loop.
actor ConnectionLedger {
  enum Admission: Equatable {
    case admitted
    /// Take the connection only to tell its client why it is refused.
    case refused(RefusalReason)
    /// There are too many even for that.
    case dropped(RefusalReason)
  }

  private nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let maximum: Int
  private let maximumPerAddress: Int?
  private var count = 0
  private var countByAddress: [String: Int] = [:]
  /// Connections that are only being told why they are refused.
  private var refusedCount = 0
  private var isClosing = false
  /// Is fulfilled when the last connection ends after `close`.
  nonisolated let empty = OneShot<Void>()

  /// As many are told at once; were they without limit, or did they count as served, a flood from one address would
  /// shut everybody else out.
  private static let refusalAllowance = 256

  init(maximum: Int, maximumPerAddress: Int?, loop: EventLoop) {
    self.maximum = maximum
    self.maximumPerAddress = maximumPerAddress
    self.loop = loop
  }

  /// Whether a client would be let in if only another left.
  func isFull(for address: String) -> Bool {
    let isAllowed = maximumPerAddress.map { countByAddress[address, default: 0] < $0 } ?? true
    return isAllowed && !isClosing && count >= maximum
  }

  /// Every admitted or refused (not dropped) connection is given back by `release`.
  func admit(_ address: String) -> Admission {
    let fromAddress = countByAddress[address, default: 0]
    if let maximumPerAddress, fromAddress >= maximumPerAddress { return refusal(.addressLimit) }
    if isClosing || count >= maximum { return refusal(.connectionLimit) }
    count += 1
    countByAddress[address] = fromAddress + 1
    return .admitted
  }

  private func refusal(_ reason: RefusalReason) -> Admission {
    if isClosing || refusedCount >= Self.refusalAllowance { return .dropped(reason) }
    refusedCount += 1
    return .refused(reason)
  }

  /// May be called from any loop.
  ///
  /// - Parameter wasAdmitted: false for a connection that was refused.
  nonisolated func release(_ address: String, wasAdmitted: Bool) {
    loop.queue.async { self.assumeIsolated { $0.remove(address, wasAdmitted: wasAdmitted) } }
  }

  private func remove(_ address: String, wasAdmitted: Bool) {
    if wasAdmitted {
      count -= 1
      let fromAddress = countByAddress[address, default: 1]
      countByAddress[address] = fromAddress > 1 ? fromAddress - 1 : nil
    } else {
      refusedCount -= 1
    }
    checkEmpty()
  }

  /// Admits nobody from now on.
  func close() {
    isClosing = true
    checkEmpty()
  }

  private func checkEmpty() {
    if isClosing, count == 0, refusedCount == 0 { empty.fulfil(()) }
  }
}
