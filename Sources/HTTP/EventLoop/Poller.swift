import CEpoll
import Dispatch
import Glibc

/// Watches the sockets of one event loop: an epoll instance of our own, and one Dispatch source that watches it.
///
/// Not a Dispatch source for each socket, because libdispatch on Linux loses track of its sources when sockets hang
/// up: a client that resets its connection at the wrong moment left a freed source on a list that the next owner of
/// the descriptor's number walked into, and the process died (swift-corelibs-libdispatch issues 833 and 949).  Here
/// removing a descriptor takes effect at once, so that it can be closed at once.
///
/// `@unchecked Sendable` because everything is touched on the loop's queue alone.
final class Poller: @unchecked Sendable {
  /// What the owner of a descriptor waits for, and what is to be called.
  private struct Watch {
    let number: Int32
    var isReading = false
    var isWriting = false
    /// Whether epoll will report: it falls silent after each event until it is asked again, hang-ups included, which
    /// epoll reports again and again otherwise.
    var isArmed = true
    let onReadable: @Sendable () -> Void
    let onWritable: @Sendable () -> Void
    let onBroken: @Sendable () -> Void
  }

  private let epoll: Int32
  private let source: any DispatchSourceRead
  /// By token rather than by number, because the number of a closed descriptor is given out again.
  private var watches: [UInt64: Watch] = [:]
  private var lastToken: UInt64 = 0

  /// Events taken at once.
  private static let batch = 64

  init(queue: DispatchQueue) {
    epoll = ug_epoll_create()
    precondition(epoll >= 0, "the system has no descriptor left for the server to start with")
    source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
    source.setEventHandler { [weak self] in self?.poll() }
    source.setCancelHandler { [epoll] in _ = Glibc.close(epoll) }
    source.activate()
  }

  deinit { source.cancel() }

  /// Begins to watch a descriptor, for its breaking alone.
  ///
  /// - Parameter onBroken: is called once both directions are closed or the connection has failed, whatever else is
  ///   watched for; nothing is called after it.
  /// - Returns: the token that the other calls take.
  func add(
    _ descriptor: Descriptor, onReadable: @escaping @Sendable () -> Void,
    onWritable: @escaping @Sendable () -> Void, onBroken: @escaping @Sendable () -> Void
  ) -> UInt64 {
    lastToken += 1
    watches[lastToken] = Watch(
      number: descriptor.number, onReadable: onReadable, onWritable: onWritable, onBroken: onBroken)
    _ = ug_epoll_add(epoll, descriptor.number, lastToken)
    return lastToken
  }

  /// Says what to wait for from now on.
  func watch(_ token: UInt64, reading: Bool, writing: Bool) {
    guard var watch = watches[token] else { return }
    watch.isReading = reading
    watch.isWriting = writing
    watches[token] = watch
    arm(token)
  }

  /// Nothing is called any more, and the descriptor may be closed.
  func remove(_ token: UInt64) {
    guard let watch = watches.removeValue(forKey: token) else { return }
    ug_epoll_remove(epoll, watch.number)
  }

  private func arm(_ token: UInt64) {
    guard let watch = watches[token] else { return }
    _ = ug_epoll_arm(epoll, watch.number, watch.isReading, watch.isWriting, token)
    watches[token]?.isArmed = true
  }

  private func poll() {
    withUnsafeTemporaryAllocation(of: ug_epoll_report.self, capacity: Self.batch) { reports in
      let count = ug_epoll_reports(epoll, reports.baseAddress, Int32(Self.batch))
      // An interrupted call or a full batch: the source fires again while there is something.
      for index in 0..<max(0, Int(count)) { deliver(reports[index]) }
    }
  }

  private func deliver(_ report: ug_epoll_report) {
    guard let watch = watches[report.token] else { return }
    if report.broken {
      watches[report.token] = nil
      ug_epoll_remove(epoll, watch.number)
      watch.onBroken()
      return
    }
    watches[report.token]?.isArmed = false
    if watch.isReading && report.readable { watch.onReadable() }
    // What was readable may have ended it, or its wish to write.
    if watches[report.token]?.isWriting == true && report.writable { watch.onWritable() }
    if watches[report.token]?.isArmed == false { arm(report.token) }
  }
}
