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

  /// Reads until this text has come.
  private func read(until text: String) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "reader").async { [readingEnd] in
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !String(decoding: all.suffix(1 << 16), as: UTF8.self).contains(text) {
          let count = systemRead(readingEnd, &buffer, buffer.count)
          guard count > 0 else { break }
          all += buffer[..<count]
        }
        continuation.resume(returning: String(decoding: all, as: UTF8.self))
      }
    }
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
    // Before the pipe is closed, or the rest would be written to none.
    _ = await read(until: "dropped")
    close(readingEnd)
    close(writingEnd)
  }

  @Test(
    "A reader who comes back is told how many lines are missing, and where",
    arguments: [LogFormat.text, .json])
  func gap(format: LogFormat) async throws {
    let log = LogWriter(descriptor: writingEnd, format: format, capacity: 100_000)
    let written = overfill(log)
    let dropped = log.droppedLines
    let text = await read(until: "dropped")
    let lines = text.split(separator: "\n")
    // Those that came first are all there, in their order.
    let kept = lines.dropLast().compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    #expect(kept == Array(0..<written - dropped))
    let gap = try #require(lines.last)
    #expect(gap.contains(format == .text ? " warning " : "\"level\":\"warning\""))
    #expect(gap.contains(format == .text ? " lines=\(dropped)" : "\"lines\":\(dropped)"))
    log.write("next\n")
    #expect(await read(until: "next") == "next\n")
    #expect(log.droppedLines == dropped)
    close(readingEnd)
    close(writingEnd)
  }

  @Test("All that was logged is written before the end, line by line, from many threads")
  func flush() async throws {
    let log = LogWriter(descriptor: writingEnd, format: .text)
    let logger = log.logger(level: .info)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for number in 0..<10 { logger.info("event", metadata: ["t": "\(thread)", "n": "\(number)"]) }
    }
    log.flush(within: .seconds(30))
    close(writingEnd)
    let lines = await read(until: "never").split(separator: "\n")
    #expect(lines.count == 80 && log.droppedLines == 0)
    for thread in 0..<8 {
      let own = lines.filter { $0.hasSuffix(" t=\(thread)") }
      #expect(own.map { $0.split(separator: " n=").last?.first } == (0..<10).map { Character("\($0)") })
    }
    close(readingEnd)
  }
}

/// The system call, which the method of its name would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
