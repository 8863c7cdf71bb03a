/// A connection's socket, and what its loop watches it for.  Belongs to one connection and its loop.
struct Channel {
  let descriptor: Descriptor
  private let poller: Poller
  private let token: UInt64
  private var interest = Poller.Interest()

  /// - Parameter onReport: is called on the loop's queue, until `cancel`.
  init(_ descriptor: Descriptor, poller: Poller, onReport: @escaping @Sendable (Poller.Report) -> Void) {
    self.descriptor = descriptor
    self.poller = poller
    token = poller.add(descriptor, onReport: onReport)
  }

  /// Says what to wait for from now on.
  mutating func watch(reading: Bool, writing: Bool, end: Bool) {
    let wanted = Poller.Interest(reading: reading, writing: writing, end: end)
    if wanted == interest { return }
    interest = wanted
    poller.watch(token, wanted)
  }

  /// Ends the watching for good; the socket is closed when nobody refers to its descriptor any more.
  func cancel() { poller.remove(token) }
}
