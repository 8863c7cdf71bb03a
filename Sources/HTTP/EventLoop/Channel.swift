/// A connection's socket, and what its loop watches it for.  Belongs to one connection and its loop.
struct Channel {
  let descriptor: Descriptor
  private let poller: Poller
  private let token: UInt64
  private var isReading = false
  private var isWriting = false

  /// `onReadable` and `onWritable` are called where `watchReading` and `watchWriting` ask for it, `onBroken` in any
  /// case, and none of them after `cancel`.
  init(
    _ descriptor: Descriptor, poller: Poller, onReadable: @escaping @Sendable () -> Void,
    onWritable: @escaping @Sendable () -> Void, onBroken: @escaping @Sendable () -> Void
  ) {
    self.descriptor = descriptor
    self.poller = poller
    token = poller.add(descriptor, onReadable: onReadable, onWritable: onWritable, onBroken: onBroken)
  }

  mutating func watchReading(_ watch: Bool) {
    if watch == isReading { return }
    isReading = watch
    poller.watch(token, reading: isReading, writing: isWriting)
  }

  mutating func watchWriting(_ watch: Bool) {
    if watch == isWriting { return }
    isWriting = watch
    poller.watch(token, reading: isReading, writing: isWriting)
  }

  /// Ends the watching for good; the socket is closed when nobody refers to its descriptor any more.
  func cancel() { poller.remove(token) }
}
