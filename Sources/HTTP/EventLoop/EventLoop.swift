import Dispatch

/// A serial queue that owns connections: their sources fire on it, their actors run on it, and so does what they
/// share here.
///
/// A server has a few of these rather than a queue per connection, because every busy queue takes a thread, and
/// rather than one, because parsing and writing then use more than one core.
///
/// `@unchecked Sendable` because all mutable state is touched on `queue` alone; connections get at it from their
/// own isolation, which is this executor, and everybody else through `forEach`.
final class EventLoop: SerialExecutor, @unchecked Sendable {
  let queue: DispatchQueue
  let poller: Poller
  /// What arrives is read into this first, so that idle connections hold no buffer.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var clock = DateClock()
  private let timer: any DispatchSourceTimer
  /// When the timer fires next; `.max` while it is not set.
  private var nextCheck = UInt64.max

  init(label: String) {
    queue = DispatchQueue(label: label)
    poller = Poller(queue: queue)
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.setEventHandler { [weak self] in self?.checkDeadlines() }
    timer.activate()
  }

  deinit {
    timer.cancel()
    scratch.deallocate()
  }

  // MARK: Executor

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }

  /// Calls `body` on the queue, `time` from now.
  func after(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
    queue.asyncAfter(deadline: .now() + .nanoseconds(Int(time.nanoseconds)), execute: body)
  }

  // MARK: On the queue

  func add(_ connection: Connection) { connections[ObjectIdentifier(connection)] = connection }

  func remove(_ connection: Connection) { connections[ObjectIdentifier(connection)] = nil }

  /// Calls `body` for every connection, on the queue.
  func forEach(_ body: @escaping @Sendable (isolated Connection) -> Void) {
    queue.async {
      for connection in self.connections.values { connection.assumeIsolated(body) }
    }
  }

  /// The `Date` field's value.
  func date() -> [UInt8] { clock.text() }

  /// Sees to it that `Connection.checkDeadline` is called soon after `deadline`.
  ///
  /// One timer per loop is kept at the earliest deadline, and when it fires every connection is asked: ten thousand
  /// take less time than a request.  Deadlines mostly move away before they come, so this seldom happens.
  func schedule(_ deadline: UInt64) {
    if deadline >= nextCheck { return }
    nextCheck = deadline
    timer.schedule(deadline: DispatchTime(uptimeNanoseconds: deadline), leeway: .milliseconds(5))
  }

  private func checkDeadlines() {
    nextCheck = .max
    let now = DispatchTime.now().uptimeNanoseconds
    var earliest = UInt64.max
    for connection in connections.values {
      earliest = min(earliest, connection.assumeIsolated { $0.checkDeadline(now) })
    }
    // At most twenty times a second, however the deadlines lie.
    if earliest < .max { schedule(max(earliest, now + 50_000_000)) }
  }
}
