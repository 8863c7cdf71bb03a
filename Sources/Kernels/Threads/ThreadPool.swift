import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Threads that share the units of one operator after another.
///
/// A network is some sixty operators of a few hundred microseconds: waking a sleeping thread for each would cost
/// more than a tenth of the time.  Between operators the threads spin; between images they sleep.  The caller works
/// too, so a pool of one has no thread of its own.
///
/// `@unchecked Sendable` because `body` is written only while every thread waits for the next `generation`, and
/// everything else that is shared is atomic or behind the mutex.
public final class ThreadPool: @unchecked Sendable {
  /// Threads that work, the caller included.
  public let width: Int

  private var body: ((Int, Int) -> Void)?
  private var count = 0
  private let next = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  private let working = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var threads: [pthread_t] = []

  /// About 100 µs on current machines: longer than any gap between two operators of one image.
  private static let spins = 4_000

  public init(width: Int) {
    precondition(width >= 1)
    self.width = width
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
    for worker in 1..<max(width, 1) {
      let start = Unmanaged.passRetained(Start(pool: self, worker: worker))
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, threadMain, start.toOpaque())
      precondition(status == 0, "the system refused thread \(worker) of \(width)")
      threads.append(thread)
    }
  }

  /// Ends the threads; the pool cannot be used afterwards.
  public func stop() {
    guard !stopping.exchange(true, ordering: .sequentiallyConsistent) else { return }
    announce()
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Calls `body(unit, worker)` once for every unit in `0..<count`, on all threads, and returns when all are done.
  /// Units are claimed one by one, so a slow core takes fewer.  `worker` is below `width`: the index of a scratch
  /// area that nobody else uses meanwhile.  One caller at a time; not from within a body.
  public func forEach(_ count: Int, _ body: (_ unit: Int, _ worker: Int) -> Void) {
    guard width > 1, count > 1 else {
      for unit in 0..<count { body(unit, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      self.body = body
      self.count = count
      next.store(0, ordering: .relaxed)
      working.store(width - 1, ordering: .relaxed)
      announce()
      takeUnits(worker: 0)
      waitForWorkers()
      self.body = nil
    }
  }

  /// Spins, then gives the core away: where other programs share the cores, the worker that is waited for may be the
  /// one that waits for a core.
  private func waitForWorkers() {
    var spins = 0
    while working.load(ordering: .acquiring) != 0 {
      spins += 1
      if spins < Self.spins { ug_pause() } else { sched_yield() }
    }
  }

  private func takeUnits(worker: Int) {
    guard let body else { return }
    while true {
      let unit = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard unit < count else { return }
      body(unit, worker)
    }
  }

  private func announce() {
    pthread_mutex_lock(mutex)
    generation.wrappingAdd(1, ordering: .releasing)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  fileprivate func workUntilStopped(worker: Int) {
    var seen = 0
    while true {
      seen = waitForGeneration(after: seen)
      if stopping.load(ordering: .acquiring) { return }
      takeUnits(worker: worker)
      working.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    }
  }

  private func waitForGeneration(after seen: Int) -> Int {
    for _ in 0..<Self.spins {
      let current = generation.load(ordering: .acquiring)
      if current != seen { return current }
      ug_pause()
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(condition, mutex) }
    return generation.load(ordering: .acquiring)
  }
}

/// What a new thread needs to know.
private final class Start: Sendable {
  let pool: ThreadPool
  let worker: Int
  init(pool: ThreadPool, worker: Int) {
    self.pool = pool
    self.worker = worker
  }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
  start.pool.workUntilStopped(worker: start.worker)
  return nil
}
