import Dispatch

/// A connection's socket and the Dispatch sources that watch it.  Belongs to one connection and its loop.
struct Channel {
  let descriptor: Descriptor
  private let readSource: any DispatchSourceRead
  private var isReadSourceRunning = false
  /// Made when the socket's buffer is full for the first time: most connections never need it.
  private var writeSource: (any DispatchSourceWrite)?
  private var isWriteSourceRunning = false
  private let queue: DispatchQueue
  private let onWritable: @Sendable () -> Void

  /// Neither handler is called before `watchReading` or `watchWriting` asks for it, nor after `cancel`.
  init(
    _ descriptor: Descriptor, queue: DispatchQueue, onReadable: @escaping @Sendable () -> Void,
    onWritable: @escaping @Sendable () -> Void
  ) {
    self.descriptor = descriptor
    self.queue = queue
    self.onWritable = onWritable
    readSource = DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: queue)
    readSource.setEventHandler(handler: onReadable)
    readSource.setCancelHandler { _ = descriptor }
  }

  mutating func watchReading(_ watch: Bool) {
    if watch == isReadSourceRunning { return }
    isReadSourceRunning = watch
    if watch { readSource.resume() } else { readSource.suspend() }
  }

  mutating func watchWriting(_ watch: Bool) {
    if watch == isWriteSourceRunning { return }
    isWriteSourceRunning = watch
    if watch { makeWriteSource().resume() } else { writeSource?.suspend() }
  }

  private mutating func makeWriteSource() -> any DispatchSourceWrite {
    if let writeSource { return writeSource }
    let source = DispatchSource.makeWriteSource(fileDescriptor: descriptor.number, queue: queue)
    source.setEventHandler(handler: onWritable)
    source.setCancelHandler { [descriptor] in _ = descriptor }
    writeSource = source
    return source
  }

  /// Ends the watching for good; the socket is closed when the sources have let go of it.
  mutating func cancel() {
    // A suspended source never gets to its cancel handler, and must not be released.
    watchReading(true)
    readSource.cancel()
    if let writeSource {
      watchWriting(true)
      writeSource.cancel()
    }
  }
}
