import Synchronization

/// The requests that clients have named, and what became of each: an answer, and one line in the log.
final class RequestLedger: Sendable {
  private struct Entry {
    var isAnswered = false
    var lines: UInt8 = 0
  }

  private struct State {
    var entries: [Entry] = []
    /// Lines of all requests, those included that nobody has named.
    var lines = 0
  }

  private let state = Mutex(State())

  /// The field of a new request that names it, and its number.
  func name() -> (field: String, number: Int) {
    let number = state.withLock { state in
      state.entries.append(Entry())
      return state.entries.count - 1
    }
    return ("X-Request-Id: \(Self.prefix)\(number)\r\n", number)
  }

  func answered(_ number: Int) { state.withLock { $0.entries[number].isAnswered = true } }

  /// Takes a line of the log.
  func read(_ line: String) {
    guard line.contains(" info request ") else { return }
    let words = line.split(separator: " ")
    let number = words.first { $0.hasPrefix("id=" + Self.prefix) }.flatMap {
      Int($0.dropFirst(3 + Self.prefix.count))
    }
    state.withLock { state in
      state.lines += 1
      if let number, state.entries.indices.contains(number) { state.entries[number].lines &+= 1 }
    }
  }

  private static let prefix = "load-"

  var lines: Int { state.withLock { $0.lines } }
  var named: Int { state.withLock { $0.entries.count } }
  /// Answered, and not told of in the log.
  var missing: Int { state.withLock { $0.entries.count { $0.isAnswered && $0.lines == 0 } } }
  /// Told of more than once.
  var repeated: Int { state.withLock { $0.entries.count { $0.lines > 1 } } }
}
