import Glibc

/// Many clients on one thread, who all ask the same: each sends a request and reads its answer on a connection that
/// the next may take over.
struct Crowd {
  enum Pace {
    /// So many, each of whom asks again when it has its answer: what they get is all that the server can do.
    case closed(clients: Int)
    /// So many requests a second, whether earlier ones have been answered or not.
    case open(rate: Double)
  }

  /// What they have seen.
  struct Outcome {
    /// Seconds that answers took, by their status, from when each request was due.
    var times: [Int: [Double]] = [:]
    /// Connections that ended without an answer.
    var lost = 0

    func count(_ status: Int) -> Int { times[status]?.count ?? 0 }
  }

  private final class Member {
    let descriptor: Int32
    var reader = AnswerReader()
    var sent = 0
    var due = 0.0

    init(port: UInt16) throws { descriptor = try openConnection(port: port, source: 3, waits: false) }
    deinit { close(descriptor) }
  }

  private let port: UInt16
  private let request: Request
  private var idle: [Member] = []
  private var asking: [Member] = []
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var outcome = Outcome()

  init(port: UInt16, request: Request) {
    self.port = port
    self.request = request
  }

  /// Asks for so many seconds, or until it is over.  Whoever has no answer then goes on waiting, into the next call.
  /// - Throws: `SystemError` where no connection can be opened.
  mutating func ask(_ pace: Pace, seconds: Double, isOver: () -> Bool = { false }) throws -> Outcome {
    outcome = Outcome()
    let end = now() + seconds
    var due = now()
    while now() < end, !isOver() {
      switch pace {
      case .closed(let clients): while asking.count < clients { try begin(now()) }
      case .open(let rate):
        while due <= now() {
          try begin(due)
          due += 1 / rate
        }
      }
      exchange()
    }
    return outcome
  }

  private mutating func begin(_ due: Double) throws {
    let member = try idle.popLast() ?? Member(port: port)
    member.due = due
    member.sent = 0
    asking.append(member)
    send(member)
  }

  /// Waits for a moment, and takes what comes.
  private mutating func exchange() {
    var watched = asking.map { member in
      let isWriting = member.sent < request.bytes.count
      return pollfd(
        fd: member.descriptor, events: Int16(POLLIN) | (isWriting ? Int16(POLLOUT) : 0), revents: 0)
    }
    poll(&watched, nfds_t(watched.count), 1)
    // From behind, because whoever is done leaves its place to the last.
    for index in watched.indices.reversed() where watched[index].revents != 0 {
      let member = asking[index]
      send(member)
      if let isAlive = receive(member) {
        asking.swapAt(index, asking.count - 1)
        asking.removeLast()
        if isAlive { idle.append(member) }
      }
    }
  }

  private func send(_ member: Member) {
    while member.sent < request.bytes.count {
      let count = request.bytes[member.sent...].withUnsafeBytes {
        Glibc.send(member.descriptor, $0.baseAddress, $0.count, 0)
      }
      if count <= 0 { return }
      member.sent += count
    }
  }

  /// - Returns: nil as long as there is no answer, else whether the connection can be used again.
  private mutating func receive(_ member: Member) -> Bool? {
    while true {
      let count = recv(member.descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EAGAIN { return nil }
      guard count > 0 else {
        outcome.lost += 1
        return false
      }
      member.reader.append(buffer[..<count])
      guard let answer = try? member.reader.next() else { continue }
      outcome.times[answer.status, default: []].append(now() - member.due)
      return member.sent == request.bytes.count
    }
  }
}
