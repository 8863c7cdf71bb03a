import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the operator of a server says by signals.
enum Signals {
  enum Meaning: Sendable {
    /// SIGTERM, SIGINT.
    case end
    /// SIGHUP.
    case reload
  }

  /// Calls `hear` for every signal that means something, one after the other, on a thread of its own.
  ///
  /// From now on none but SIGTERM and SIGINT, by what they mean, ends the process: not SIGUSR1 and SIGUSR2, which mean
  /// nothing here but are what other servers take for "reload", and not SIGPIPE, so that a reader who is gone is an error
  /// of the `write`.
  ///
  /// - Precondition: it is called once in a process.
  static func watch(_ hear: @escaping @Sendable (Meaning) -> Void) {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0, "there is no descriptor for a pipe")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A handler that waited for room would stop the thread that it interrupts.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    precondition(wakingEnd.exchange(ends[1], ordering: .relaxed) < 0, "signals are watched once")
    let readingEnd = ends[0]
    DispatchQueue(label: "signals").async {
      while let number = next(from: readingEnd) {
        if let meaning = meaning(of: number) { hear(meaning) }
      }
    }
    // `signal` has calls go on that one has interrupted, with glibc and musl alike.
    for number in heard { _ = signal(number, wake) }
    for number in unheard { _ = signal(number, pass) }
    unblock(heard)
  }

  private static let heard = [SIGTERM, SIGINT, SIGHUP]
  private static let unheard = [SIGUSR1, SIGUSR2, SIGPIPE]

  /// Where the handler says that a signal has come; it may take no lock, nor start what is not there yet (POSIX,
  /// "Signal Concepts").
  private static let wakingEnd = Atomic<Int32>(-1)

  private static func meaning(of number: Int32) -> Meaning? {
    switch number {
    case SIGTERM, SIGINT: .end
    case SIGHUP: .reload
    default: nil
    }
  }

  private static let wake: @convention(c) (Int32) -> Void = { number in
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(wakingEnd.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }

  /// What the kernel calls for a signal that is not heard.  Unlike SIG_IGN it is not handed on to a program that this
  /// process might start.
  private static let pass: @convention(c) (Int32) -> Void = { _ in }

  /// The thread of a parent that did not take signals hands that on without meaning it.
  private static func unblock(_ numbers: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func next(from descriptor: Int32) -> Int32? {
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count == 1 { return Int32(byte) }
      guard count < 0, errno == EINTR else { return nil }
    }
  }
}
