import Dispatch
import Logging
import Testing

@testable import Service

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite("The log's own thread", .timeLimit(.minutes(1)))
final class LogWriterTests {
  private let readingEnd: Int32
  private let writingEnd: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    (readingEnd, writingEnd) = (ends[0], ends[1])
  }

  /// Reads until this is so of all that has come.
  private func read(until isEnough: @escaping @Sendable (String) -> Bool) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "reader").async { [readingEnd] in
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        repeat {
          let count = systemRead(readingEnd, &buffer, buffer.count)
          guard count > 0 else { break }
          all += buffer[..<count]
        } while !isEnough(String(decoding: all, as: UTF8.self))
        continuation.resume(returning: String(decoding: all, as: UTF8.self))
      }
    }
  }

  /// Reads what the log still writes, to its end, and closes the pipe.  While a line waits, neither end may close: the
  /// log's thread would raise SIGPIPE, or write into what another test has opened under the same number since.
  ///
  /// - Returns: what was read.
  @discardableResult private func close(_ log: LogWriter) async -> String {
    DispatchQueue(label: "flush").async { [writingEnd] in
      log.flush(within: .seconds(50))
      systemClose(writingEnd)
    }
    defer { systemClose(readingEnd) }
    return await read { _ in false }
  }

  /// More than a pipe and the backlog hold.
  private func overfill(_ log: LogWriter) -> Int {
    let line = String(repeating: "x", count: 99)
    for number in 0..<3000 { log.write("\(number) \(line)\n") }
    return 3000
  }

  @Test("A pipe that nobody reads holds up nobody who logs")
  func nobodyReads() async throws {
    let log = LogWriter(descriptor: writingEnd, format: .text, capacity: 100_000)
    let written = overfill(log)
    // 64 KiB in the pipe and 100,000 bytes here.
    #expect(log.droppedLines > written / 4 && log.droppedLines < written)
    let start = ContinuousClock.now
    log.flush(within: .milliseconds(50))
    #expect(start.duration(to: .now) < .seconds(10))
    await close(log)
  }

  @Test(
    "A reader who comes back is told how many lines are missing, and where",
    arguments: [LogFormat.text, .json])
  func gap(format: LogFormat) async throws {
    let log = LogWriter(descriptor: writingEnd, format: format, capacity: 100_000)
    let written = overfill(log)
    // How many gaps there are, and where, is a matter of the threads' pace.
    let text = await read { Record($0).end == written }
    let record = Record(text)
    #expect(record.isInOrder && record.gaps > 0)
    #expect(record.dropped == log.droppedLines)
    for gap in text.split(separator: "\n") where gap.contains("dropped") {
      #expect(gap.contains(format == .text ? " warning " : "\"level\":\"warning\""))
    }
    log.write("next\n")
    #expect(await read { $0.contains("next") } == "next\n")
    #expect(log.droppedLines == record.dropped)
    await close(log)
  }

  /// What a log of numbered lines tells.
  private struct Record {
    /// One more than the last number that is there or told as missing.
    private(set) var end = 0
    private(set) var dropped = 0
    private(set) var gaps = 0
    /// Whether each line has the number that those before it, and the gaps told before it, ask for.
    private(set) var isInOrder = true

    init(_ text: String) {
      // What follows the last newline has not come whole.
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        if let count = line.firstMatch(of: #/lines"?[=:](\d+)/#).flatMap({ Int($0.1) }) {
          gaps += 1
          dropped += count
          end += count
        } else {
          isInOrder = isInOrder && line.prefix { $0 != " " } == "\(end)"
          end += 1
        }
      }
    }
  }

  @Test("All that was logged is written before the end, line by line, from many threads")
  func flush() async throws {
    let log = LogWriter(descriptor: writingEnd, format: .text)
    let logger = log.logger(level: .info)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for number in 0..<10 { logger.info("event", metadata: ["t": "\(thread)", "n": "\(number)"]) }
    }
    let lines = await close(log).split(separator: "\n")
    #expect(lines.count == 80 && log.droppedLines == 0)
    for thread in 0..<8 {
      let own = lines.filter { $0.hasSuffix(" t=\(thread)") }
      #expect(own.map { $0.split(separator: " n=").last?.first } == (0..<10).map { Character("\($0)") })
    }
  }
}

// The system calls, which methods of their names would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

private func systemClose(_ descriptor: Int32) { close(descriptor) }
