import Dispatch
import Files
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What a command does at Ctrl-C, SIGTERM and SIGHUP: what it has not finished is taken away, and the signal ends it, so
/// that a shell tells 128 and the signal's number, and a loop in a script ends too.  When that has been done and nobody
/// reads what is still told, a second signal ends it at once; before, it changes nothing, for terminals send more than one.
enum Interruption {
  /// What is still to be told.
  struct LastWords: Sendable {
    var output = ""
    var errors = ""
  }

  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let lastWords = Mutex<(@Sendable () -> LastWords)?>(nil)

  // What the handler uses, which may take no lock.  Both are touched before there is a handler, so that it does not
  // initialize them either.
  private static let wakingEnd = Atomic<Int32>(-1)
  private static let hasDiscarded = Atomic<Bool>(false)

  /// Begins to watch.  A command that serves does not: it finishes what has begun.
  static func watch() {
    // A reader that has gone and a limit on a file's size are then errors of the call, which are told and leave nothing
    // unfinished.
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakingEnd.store(ends[1], ordering: .relaxed)
    hasDiscarded.store(false, ordering: .relaxed)
    let readingEnd = ends[0]
    DispatchQueue(label: "interruption").async { end(by: awaitSignal(readingEnd)) }
    for number in signals {
      let old = signal(number, wake)
      // Of what it was started with, as by nohup, nothing changes.
      if isIgnored(old) { _ = signal(number, SIG_IGN) }
    }
    // The parent's thread may not have taken signals, as Dispatch's do not, and hands that on without meaning it.
    unblock(signals)
  }

  private static func unblock(_ numbers: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// - Parameter words: called when a signal has come, and nothing that it tells of may change afterwards.
  static func setLastWords(_ words: @escaping @Sendable () -> LastWords) {
    lastWords.withLock { $0 = words }
  }

  private static let wake: @convention(c) (Int32) -> Void = { number in
    let saved = errno
    if hasDiscarded.load(ordering: .relaxed) { _exit(128 + number) }
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(wakingEnd.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }

  private static func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    // Unsafe because the system tells it by a number in the place of a function, which is compared and not called.
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func awaitSignal(_ descriptor: Int32) -> Int32 {
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) != 1 {}
    return Int32(byte)
  }

  private static func end(by number: Int32) -> Never {
    let words = lastWords.withLock { $0?() } ?? LastWords()
    Unfinished.discard {
      hasDiscarded.store(true, ordering: .relaxed)
      writeError(words.errors)
      writeOutput(words.output)
      _ = signal(number, SIG_DFL)
      unblock([number])
      raise(number)
      _exit(128 + number)
    }
  }
}
