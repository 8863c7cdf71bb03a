import Synchronization

/// The lines that a server writes, while it writes them.
final class ServerLog: Sendable {
  private struct State {
    var lines: [String] = []
    var isAtEnd = false
    var waiting: [(text: String, continuation: CheckedContinuation<String?, Never>)] = []
  }

  private let state = Mutex(State())

  var all: [String] { state.withLock { $0.lines } }

  var first: String? { state.withLock { $0.lines.first } }

  /// The first line with this text, as soon as there is one; nil when the log ended without.
  func line(containing text: String) async -> String? {
    await withCheckedContinuation { continuation in
      let found: String?? = state.withLock { state in
        if let line = state.lines.first(where: { $0.contains(text) }) { return line }
        if state.isAtEnd { return .some(nil) }
        state.waiting.append((text, continuation))
        return nil
      }
      if let found { continuation.resume(returning: found) }
    }
  }

  /// Reads to the end.
  func follow(_ descriptor: Int32) {
    var rest: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = systemRead(descriptor, &buffer, buffer.count), count > 0 {
      rest += buffer[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        append(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeFirst(end + 1)
      }
    }
    end()
  }

  private func append(_ line: String) {
    let served = state.withLock { state in
      state.lines.append(line)
      let served = state.waiting.filter { line.contains($0.text) }
      state.waiting.removeAll { line.contains($0.text) }
      return served
    }
    for waiting in served { waiting.continuation.resume(returning: line) }
  }

  private func end() {
    let waiting = state.withLock { state in
      state.isAtEnd = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiting in waiting { waiting.continuation.resume(returning: nil) }
  }
}
