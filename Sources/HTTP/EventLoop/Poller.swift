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
  /// What the owner of a descriptor waits for, besides its breaking.
  struct Interest: Equatable {
    var reading = false
    var writing = false
    /// The peer's having sent all it will send, though not all of it has been read.
    var end = false
  }

  /// What has happened to a descriptor.
  struct Report {
    var isReadable = false
    var isWritable = false
    var isEnded = false
    /// Both directions are closed, or the connection has failed.  It is the last report.
    var isBroken = false
    /// When the system told of it, as `DispatchTime.uptimeNanoseconds`.
    let time: UInt64
  }

  private struct Watch {
    let number: Int32
    var interest = Interest()
    /// Whether epoll will report: it falls silent after each event until it is asked again, hang-ups included, which
    /// epoll reports again and again otherwise.
    var isArmed = true
    let onReport: @Sendable (Report) -> Void
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
  /// - Returns: the token that the other calls take.
  func add(_ descriptor: Descriptor, onReport: @escaping @Sendable (Report) -> Void) -> UInt64 {
    lastToken += 1
    watches[lastToken] = Watch(number: descriptor.number, onReport: onReport)
    _ = ug_epoll_add(epoll, descriptor.number, lastToken)
    return lastToken
  }

  /// Says what to wait for from now on.
  func watch(_ token: UInt64, _ interest: Interest) {
    watches[token]?.interest = interest
    arm(token)
  }

  /// Nothing is called any more, and the descriptor may be closed.
  func remove(_ token: UInt64) {
    guard let watch = watches.removeValue(forKey: token) else { return }
    ug_epoll_remove(epoll, watch.number)
  }

  private func arm(_ token: UInt64) {
    guard let watch = watches[token] else { return }
    let interest = watch.interest
    _ = ug_epoll_arm(epoll, watch.number, interest.reading, interest.writing, interest.end, token)
    watches[token]?.isArmed = true
  }

  private func poll() {
    withUnsafeTemporaryAllocation(of: ug_epoll_report.self, capacity: Self.batch) { reports in
      let count = ug_epoll_reports(epoll, reports.baseAddress, Int32(Self.batch))
      let time = DispatchTime.now().uptimeNanoseconds
      // An interrupted call or a full batch: the source fires again while there is something.
      for index in 0..<max(0, Int(count)) { deliver(reports[index], time) }
    }
  }

  private func deliver(_ report: ug_epoll_report, _ time: UInt64) {
    let token = report.token
    guard let watch = watches[token] else { return }
    if report.broken {
      remove(token)
      watch.onReport(Report(isBroken: true, time: time))
      return
    }
    watches[token]?.isArmed = false
    watch.onReport(
      Report(
        isReadable: report.readable && watch.interest.reading,
        isWritable: report.writable && watch.interest.writing,
        isEnded: report.ended && watch.interest.end, time: time))
    // Its owner may have asked for something else already, or have taken it away.
    if watches[token]?.isArmed == false { arm(token) }
  }
}
