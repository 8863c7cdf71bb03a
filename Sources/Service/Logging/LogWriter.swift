import Dispatch
import Logging
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Writes log lines to a descriptor on a thread of its own: whoever logs never waits for whoever reads the log.
public final class LogWriter: Sendable {
  private struct State {
    var backlog: LogBacklog
    /// Whether the thread is at work, and will see what is added.
    var isWriting = false
  }

  private let descriptor: Int32
  private let format: LogFormat
  private let state: Mutex<State>
  // Serial, and not of the limited pool: a `write` that stands still holds up nothing else.
  private let queue = DispatchQueue(label: "log")

  /// - Parameter capacity: bytes of lines that wait; what comes beyond them is dropped.  A MiB is some four thousand
  ///   requests.
  public init(descriptor: Int32 = STDOUT_FILENO, format: LogFormat, capacity: Int = 1 << 20) {
    self.descriptor = descriptor
    self.format = format
    state = Mutex(State(backlog: LogBacklog(capacity: capacity)))
  }

  /// A logger whose lines are written here.
  public func logger(level: Logger.Level) -> Logger {
    Logger(label: "ugatit") { _ in LineLogHandler(format: self.format, level: level, write: self.write) }
  }

  /// Lines that nobody will read: there was no room for them, or they could not be written.
  var droppedLines: Int { state.withLock { $0.backlog.dropped } }

  /// Has a line written, its newline included, after those before it.
  func write(_ line: String) {
    let mustWake = state.withLock { state in
      state.backlog.add(line)
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if mustWake { queue.async { self.writeAll() } }
  }

  /// Waits until all that was logged is written, but no longer than `time`: then there is nobody who reads it.
  public func flush(within time: Duration) {
    let written = DispatchSemaphore(value: 0)
    queue.async { written.signal() }
    _ = written.wait(timeout: .now() + time.seconds)
  }

  private func writeAll() {
    while let entry = next() {
      let isWritten = put(text(of: entry))
      state.withLock { state in
        if isWritten { state.backlog.wasWritten() } else { state.backlog.wasLost(entry) }
      }
    }
  }

  private func next() -> LogBacklog.Entry? {
    state.withLock { state in
      let entry = state.backlog.next()
      state.isWriting = entry != nil
      return entry
    }
  }

  private func text(of entry: LogBacklog.Entry) -> String {
    switch entry {
    case .line(let line): line
    case .gap(let count):
      LogLine(
        time: Timestamp.now(), level: .warning, message: "log lines dropped, nobody read them in time",
        fields: [("lines", .stringConvertible(count))]
      ).text(format)
    }
  }

  /// Writes in one call up to PIPE_BUF bytes, which other writers to the same pipe then do not break (POSIX, write).
  ///
  /// - Returns: whether all of it was written; a log that cannot be is no reason to stop serving.
  private func put(_ line: String) -> Bool {
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Who shares the descriptor may have made it one that does not wait.
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = systemPoll(&poll)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}

// The system calls, which names of this file would hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}

private func systemPoll(_ entry: inout pollfd) -> Int32 { poll(&entry, 1, -1) }
